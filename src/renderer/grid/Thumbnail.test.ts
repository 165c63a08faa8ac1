// @vitest-environment happy-dom
import { afterEach, expect, it, vi } from 'vitest'
import { h, reactive } from 'vue'
import { mountWithHost, settled } from '../testing/mounted.fixture'
import Thumbnail from './Thumbnail.vue'

afterEach(() => void vi.unstubAllGlobals())

/** A host whose thumbnails are `data:<ordinal>`, except that of 5; answers what was asked of it. */
function hostOfThumbnails() {
  const asked: string[] = []
  vi.stubGlobal('fetch', async (address: string) => {
    const ordinals = /thumbs\/([\d,]+)\?v=/.exec(address)![1]!
    asked.push(ordinals)
    return Response.json(ordinals.split(',').map((ordinal) => (ordinal === '5' ? null : `data:${ordinal}`)))
  })
  return asked
}

it('thumbnails that come at one time are one request; one that is not packed is fetched alone', async () => {
  const asked = hostOfThumbnails()
  const row = () => [3, 4, 5].map((ordinal) => h(Thumbnail, { ordinal, alt: `${ordinal}` }))
  const { wrapper } = await mountWithHost({ render: row })
  expect(asked).toEqual(['3,4,5'])
  const sources = wrapper.findAll('img').map((image) => image.attributes('src'))
  expect(sources).toEqual(['data:3', 'data:4', expect.stringContaining('/media/thumb/5?v=')])
  wrapper.unmount()
})

it('more than a request may name are several', async () => {
  const asked = hostOfThumbnails()
  const all = () => Array.from({ length: 230 }, (_, ordinal) => h(Thumbnail, { ordinal, alt: '' }))
  const { wrapper } = await mountWithHost({ render: all })
  expect(asked.map((ordinals) => ordinals.split(',').length)).toEqual([100, 100, 30])
  wrapper.unmount()
})

it('the image of before is not to be seen while the next one is fetched, nor what comes too late', async () => {
  const answers: (() => void)[] = []
  vi.stubGlobal('fetch', async (address: string) => {
    await new Promise<void>((resolve) => answers.push(resolve))
    return Response.json([`data:${/thumbs\/(\d+)/.exec(address)![1]}`])
  })
  const props = reactive({ ordinal: 1, alt: '' })
  const { wrapper } = await mountWithHost(Thumbnail, props)
  const image = () => [wrapper.get('img').attributes('src'), wrapper.get('img').classes('stale')]
  expect(image()).toEqual([undefined, true])
  answers.shift()!()
  await settled()
  expect(image()).toEqual(['data:1', false])
  props.ordinal = 2
  await settled()
  expect(image()).toEqual(['data:1', true])
  props.ordinal = 3
  await settled()
  answers.shift()!()
  await settled()
  expect(image()).toEqual(['data:1', true])
  answers.shift()!()
  await settled()
  expect(image()).toEqual(['data:3', false])
  wrapper.unmount()
})

it('an image that cannot be shown stays marked when its look changes, until the next one', async () => {
  const props = reactive({ ordinal: 1, alt: '', crisp: false })
  const { wrapper } = await mountWithHost(Thumbnail, props)
  const image = wrapper.get('img')
  await image.trigger('error')
  props.crisp = true
  await settled()
  expect(image.classes()).toEqual(expect.arrayContaining(['crisp', 'failed']))
  props.ordinal = 2
  await settled()
  expect(image.classes()).not.toContain('failed')
  wrapper.unmount()
})
