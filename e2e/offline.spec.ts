/** Nothing leaves this computer: the journey with every way out watched, and the journey where there is no way out. */
import { execFile, execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { labelSome, preparedProject, signIn } from './client'
import { expect, fixtures, root, startWebHost, test } from './host'

const run = promisify(execFile)
const images = join(fixtures, 'clothes')
const detector = pathToFileURL(join(import.meta.dirname, 'outgoing.fixture.ts')).href
const loader = pathToFileURL(join(root, 'src/main/hosts/source-loader.ts')).href
const watched = (home: string) => ({ NODE_OPTIONS: `--import ${detector}`, HANDFUL_OUTGOING: join(home, 'outgoing.txt') })
const attempts = (home: string) =>
  existsSync(join(home, 'outgoing.txt')) ? readFileSync(join(home, 'outgoing.txt'), 'utf8') : ''

test('the detector sees what tries to get out', ({ home }) => {
  const script = `const tries = [
    () => require('net').connect(80, '192.0.2.1'), () => require('net').connect({ port: 80, host: '192.0.2.2' }),
    () => require('dns').lookup('example.invalid', () => {}), () => require('dgram').createSocket('udp4').send('x', 9, '192.0.2.3'),
      () => require('http').get('http://192.0.2.4/').on('error', () => {}), () => fetch('http://192.0.2.5/').catch(() => {})]
    process.on('uncaughtException', () => {})
    for (const attempt of tries) try { attempt() } catch {}
    setTimeout(() => process.exit(), 200)`
  execFileSync(process.execPath, ['-e', script], { env: { ...process.env, ...watched(home) } })
  const seen = attempts(home)
  for (const what of ['192.0.2.1', '192.0.2.2', 'example.invalid', 'datagram', '192.0.2.4', '192.0.2.5'])
    expect(seen).toContain(what)
})

test('main, its workers and the page reach for nothing outside', async ({ home, browser }) => {
  const host = await startWebHost(home, undefined, undefined, watched(home))
  const context = await browser.newContext()
  const page = await context.newPage()
  const asked: string[] = []
  page.on('request', (request) => asked.push(request.url()))
  page.on('websocket', (socket) => asked.push(socket.url()))
  await page.goto(host.address())
  const { host: own } = new URL(host.address())
  const { api, close } = await signIn(host.address())
  await preparedProject(api, images)
  await labelSome(api, ['bag', 'dress'], 5)
  for (const path of ['projects', 'images', 'pretrain', 'label', 'review', 'clean', 'export', 'settings']) {
    await page.goto(`http://${own}/#/${path}`)
    await page.waitForLoadState('networkidle')
  }
  expect(asked.length).toBeGreaterThan(10)
  expect(asked.filter((url) => !/^(data|blob):/.test(url) && new URL(url).host !== own)).toEqual([])
  await context.close()
  close()
  await host.stop()
  expect(attempts(home)).toBe('')
})

test('the journey runs where there is no route to anywhere', async ({ home }) => {
  const journey = [process.execPath, '--import', loader, join(import.meta.dirname, 'offline-journey.fixture.ts'), home, images]
  const inside = ['-n', 'sh', '-c', 'ip link set lo up && exec "$@"', 'sh', ...journey]
  const permitted = await run('unshare', ['-n', 'true']).then(
    () => inside,
    () => ['-r', ...inside], // as an ordinary person, in a namespace of one's own
  )
  const { stdout } = await run('unshare', permitted)
  expect(JSON.parse(stdout.trim().split('\n').at(-1)!)).toEqual({ samples: 120, rows: 120 })
})
