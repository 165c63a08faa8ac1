// @vitest-environment happy-dom
/** The maps of two runs: by keys too, and fetched again only when there is something new. */
import { beforeAll, beforeEach, expect, it, onTestFinished, vi } from 'vitest'
import { FakeHost, uuid } from '../../testing/fake-host.fixture'
import { mountWithHost, press, settled, withLayout } from '../../testing/mounted.fixture'
import { runOf } from '../../testing/run.fixture'
import RunMaps from './RunMaps.vue'

beforeAll(() => withLayout(200, 200))
beforeEach(() => (document.body.innerHTML = ''))

const run = (number: number, active: boolean) => runOf(number, { active, embedded: 5, scores: {} })

/** One sample in the middle of four others; each run turns them by a quarter. */
function mapOf(turned: boolean): ArrayBuffer {
  const places = turned ? [0, 0, 0, -1, -1, 0, 0, 1, 1, 0] : [0, 0, 1, 0, 0, -1, -1, 0, 0, 1]
  const bytes = new ArrayBuffer(128 + 4 * places.length)
  new Float32Array(bytes, 128).set(places)
  return bytes
}

async function opened(third = new Response(mapOf(false)), runs = [run(1, true), run(2, false)]) {
  const fetched: string[] = []
  vi.stubGlobal('fetch', (address: string) => {
    fetched.push(address)
    if (address.endsWith(uuid(3))) return Promise.resolve(third)
    const bytes = address.includes('/map?') ? mapOf(address.endsWith(uuid(2))) : new ArrayBuffer(10)
    return Promise.resolve(new Response(bytes))
  })
  onTestFinished(() => void vi.unstubAllGlobals())
  const host = new FakeHost(5)
  host.runs = runs
  const { wrapper } = await mountWithHost(RunMaps, {}, host)
  await settled()
  const rings = () => wrapper.findAll('.ring').map((ring) => ring.attributes('style'))
  return { host, wrapper, fetched, rings }
}

it('arrow keys go from image to image, ringed in both maps, and say which it is', async () => {
  const { wrapper, rings } = await opened()
  const [left] = wrapper.findAll('[role=application]')
  expect(left!.attributes('tabindex')).toBe('0')
  expect(left!.attributes('aria-label')).toContain('seed 1')
  const key = async (name: string) => {
    press(name, left!.element)
    await settled()
    return wrapper.find('.pointed img').exists() ? wrapper.get('.pointed img').attributes('alt') : null
  }
  expect(await key('ArrowRight')).toBe('folder/0.png')
  expect(await key('ArrowRight')).toBe('folder/1.png')
  expect(rings()).toEqual(['transform: translate(192px, 100px);', 'transform: translate(100px, 192px);'])
  expect(await key('ArrowRight')).toBe('folder/1.png')
  expect(await key('ArrowUp')).toBe('folder/4.png')
  expect(await key('Escape')).toBeNull()
  expect(rings()).toEqual([])
  wrapper.unmount()
})

it('a run that comes into use stands beside the one that was, and has no map at first', async () => {
  const { host, wrapper, fetched } = await opened(new Response(null, { status: 204 }), [run(1, true)])
  expect(wrapper.find('section').exists()).toBe(false)
  host.runs = [run(1, false), run(3, true)]
  host.events.send({ changed: ['runs'] })
  await settled()
  expect(fetched.filter((address) => address.includes('/map?')).map((address) => address.slice(-36))).toEqual([uuid(1), uuid(3)])
  expect(wrapper.findAll('figure').map((figure) => figure.find('[role=application]').exists())).toEqual([true, false])
  wrapper.unmount()
})

it('news of the runs fetch nothing again, labels only the colours, clusters the maps too', async () => {
  const { host, wrapper, fetched } = await opened()
  const news = async (...changed: ('runs' | 'labels' | 'clusters')[]) => {
    fetched.length = 0
    host.events.send({ changed })
    await settled()
    return [...new Set(fetched.map((address) => address.split('?')[0]))].sort()
  }
  expect(fetched.filter((address) => address.includes('/map?'))).toHaveLength(2)
  host.runs = [...host.runs, { ...run(3, false), state: 'running' }]
  expect(await news('runs')).toEqual([])
  expect(await news('labels')).toEqual(['/media/column'])
  expect(await news('clusters')).toEqual(['/media/column', '/media/map'])
  wrapper.unmount()
})
