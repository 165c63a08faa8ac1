/** Attacks the real web server over real sockets: what a stranger, a stale page or a hostile name gets. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { os } from '@orpc/server'
import { RPCHandler } from '@orpc/server/ws'
import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/websocket'
import type { RouterClient } from '@orpc/server'
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { z } from 'zod'
import { createSite } from './site'
import { startWebServer, type WebServer } from './web-server'

const folder = mkdtempSync(join(tmpdir(), 'handful-web-'))
mkdirSync(join(folder, 'renderer', 'assets'), { recursive: true })
writeFileSync(join(folder, 'renderer', 'index.html'), '<!doctype html><title>Handful</title>')
writeFileSync(join(folder, 'renderer', 'assets', 'app.js'), 'export {}')
writeFileSync(join(folder, 'secret.txt'), 'secret')
afterAll(() => rmSync(folder, { recursive: true }))

const router = { echo: os.input(z.string()).handler(({ input }) => input) }
const rpc = new RPCHandler(router)
const thumbnail = { type: 'image/png', body: new Uint8Array([1, 2, 3]), tag: 'one' }
const media = {
  map: async () => ({ type: 'application/octet-stream', body: new Uint8Array([1, 2]), tag: 'map' }),
  column: async (field: string) => (field === 'class' ? { ...thumbnail, type: 'application/octet-stream' } : null),
  thumbnail: async (ordinal: number) => (ordinal === 0 ? thumbnail : null),
  thumbnails: async (ordinals: number[]) => ordinals.map((ordinal) => (ordinal === 0 ? 'data:image/png;base64,AQID' : null)),
  image: async (ordinal: number) => (ordinal === 0 ? { ...thumbnail, type: 'image/svg+xml' } : null),
}

let server: WebServer
let nextAddresses: string[]
beforeEach(async () => {
  nextAddresses = []
  server = await startWebServer({
    site: createSite(join(folder, 'renderer'), media),
    connect: (socket) => void rpc.upgrade(socket),
    port: 0,
    onWelcome: (next) => nextAddresses.push(next),
  })
})
afterEach(() => server.close())

interface Answer {
  status: number
  headers: Record<string, string | string[] | undefined>
  body: string
}

/** Unlike fetch, sends the path, Host and Cookie as they are given. */
function get(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port: server.port, path, method, headers }, (response) => {
      let body = ''
      response.on('data', (bytes: Buffer) => (body += bytes.toString()))
      response.on('end', () => resolve({ status: response.statusCode!, headers: response.headers, body }))
    })
    asked.on('error', reject)
    asked.end()
  })
}

async function signIn(): Promise<string> {
  const { status, headers } = await get(new URL(server.address()).search.replace(/^/, '/'))
  expect(status).toBe(200)
  return headers['set-cookie']![0]!.split(';')[0]!
}

test('the printed address signs one browser in, and prints the next', async () => {
  const address = server.address()
  const cookie = await signIn()
  expect((await get('/', { cookie })).body).toContain('<title>Handful</title>')
  expect((await get(new URL(address).search.replace(/^/, '/'))).status).toBe(403)
  expect(nextAddresses).toEqual([server.address()])
  expect(server.address()).not.toBe(address)
})

test('without the cookie, with a wrong token or a wrong cookie there is nothing', async () => {
  expect((await get('/')).status).toBe(403)
  expect((await get('/?token=wrong')).status).toBe(403)
  expect((await get('/?token=')).status).toBe(403)
  expect((await get('/media/thumb/0')).status).toBe(403)
  const cookie = await signIn()
  expect((await get('/', { cookie: cookie.slice(0, -1) })).status).toBe(403)
  expect((await get('/', { cookie: cookie.split('=')[0]! + '=' })).status).toBe(403)
})

test('a hostile name that resolves to this machine gets nothing', async () => {
  const cookie = await signIn()
  expect((await get('/', { cookie, host: `evil.test:${server.port}` })).status).toBe(403)
  expect((await get('/', { cookie, host: 'localhost:1234' })).status).toBe(200)
})

test.each([
  '/../secret.txt',
  '/assets/../../secret.txt',
  '/%2e%2e/secret.txt',
  '/..%2fsecret.txt',
  '/assets/..%5c..%5csecret.txt',
  '/%00',
  '//etc/passwd',
  '/assets',
])('the path %s leads out of the renderer to nothing', async (path) => {
  const cookie = await signIn()
  expect((await get(path, { cookie })).body).not.toContain('secret')
  expect([200, 404]).toContain((await get(path, { cookie })).status)
})

test('every answer is shielded', async () => {
  const cookie = await signIn()
  for (const path of ['/', '/assets/app.js', '/nothing.js', '/media/thumb/0', '/?token=wrong']) {
    const { headers } = await get(path, { cookie })
    expect(headers['x-content-type-options']).toBe('nosniff')
    expect(headers['x-frame-options']).toBe('DENY')
    expect(headers['cross-origin-resource-policy']).toBe('same-origin')
    expect(headers['content-security-policy']).toContain("default-src 'none'")
    expect(headers['access-control-allow-origin']).toBeUndefined()
  }
  expect((await get('/', { cookie })).headers['content-security-policy']).not.toMatch(/unsafe/)
})

test('images come with their type; an SVG opened by itself runs nothing', async () => {
  const cookie = await signIn()
  const thumb = await get('/media/thumb/0', { cookie })
  expect(thumb).toMatchObject({
    status: 200,
    body: '\u0001\u0002\u0003',
    headers: { 'content-type': 'image/png', etag: '"one"' },
  })
  expect((await get('/media/thumb/0', { cookie, 'if-none-match': '"one"' })).status).toBe(304)
  expect((await get('/media/thumb/7', { cookie })).status).toBe(404)
  expect((await get('/media/thumb/-1', { cookie })).status).toBe(404)
  expect((await get('/media/image/0', { cookie })).headers['content-security-policy']).toContain('sandbox')
})

test('many thumbnails come in one answer, which is kept nowhere', async () => {
  const cookie = await signIn()
  const { status, headers, body } = await get('/media/thumbs/0,7,0?v=1', { cookie })
  expect([status, JSON.parse(body)]).toEqual([200, ['data:image/png;base64,AQID', null, 'data:image/png;base64,AQID']])
  expect(headers).toMatchObject({ 'content-type': 'application/json', 'cache-control': 'no-store' })
  expect((await get('/media/thumbs/0,7')).status).toBe(403)
  const tooMany = Array.from({ length: 101 }, () => 0).join(',')
  for (const list of ['', ',', '0,', '0,,1', '-1', '0,x', tooMany])
    expect((await get(`/media/thumbs/${list}`, { cookie })).status).toBe(404)
})

test('pages of the app come for any path of theirs, so that a reload works', async () => {
  const cookie = await signIn()
  expect((await get('/label', { cookie })).body).toContain('<title>Handful</title>')
})

test('other methods and bodies are refused', async () => {
  const cookie = await signIn()
  const origin = `http://127.0.0.1:${server.port}`
  expect((await get('/', { cookie, origin }, 'POST')).status).toBe(405)
  expect((await get('/', { cookie, origin }, 'OPTIONS')).status).toBe(405)
  expect((await get('/', { cookie, 'content-length': '10' }, 'GET').catch(() => ({ status: 413 }))).status).toBe(413)
})

test('a request that never ends its headers, or has too many, is cut off', async () => {
  const answer = await new Promise<string>((resolve) => {
    const socket = connect(server.port, '127.0.0.1', () =>
      socket.write(`GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'a'.repeat(100_000)}\r\n\r\n`),
    )
    socket.on('data', (bytes) => resolve(bytes.toString()))
    socket.on('error', () => resolve('cut'))
  })
  expect(answer).toMatch(/431|cut/)
})

/** `open`, or the HTTP status of the refusal. */
function upgrade(path: string, headers: Record<string, string>): Promise<string | number> {
  return new Promise((resolve) => {
    const socket = new WebSocket(`ws://127.0.0.1:${server.port}${path}`, { headers })
    socket.on('open', () => {
      socket.terminate()
      resolve('open')
    })
    socket.on('unexpected-response', (_, response) => resolve(response.statusCode!))
    socket.on('error', () => undefined)
  })
}

test('a socket opens for the page and for nobody else', async () => {
  const cookie = await signIn()
  const origin = `http://127.0.0.1:${server.port}`
  expect(await upgrade('/rpc', { cookie, origin })).toBe('open')
  expect(await upgrade('/rpc', { origin })).toBe(403)
  expect(await upgrade('/rpc', { cookie })).toBe(403)
  expect(await upgrade('/rpc', { cookie, origin: 'http://evil.test' })).toBe(403)
  expect(await upgrade('/rpc', { cookie, origin: 'http://evil.test', host: 'evil.test' })).toBe(403)
  expect(await upgrade('/other', { cookie, origin })).toBe(404)
})

test('the contract answers over the socket, and a message above the limit ends only that socket', async () => {
  const cookie = await signIn()
  const origin = `http://127.0.0.1:${server.port}`
  const open = () => new WebSocket(`ws://127.0.0.1:${server.port}/rpc`, { headers: { cookie, origin } })
  const small = open()
  const client: RouterClient<typeof router> = createORPCClient(new RPCLink({ websocket: small }))
  expect(await client.echo('hello')).toBe('hello')

  const big = open()
  const closed = new Promise<number>((resolve) => big.on('close', resolve))
  await new Promise((resolve) => big.on('open', resolve))
  big.on('error', () => undefined)
  big.send(Buffer.alloc(5 << 20))
  expect(await closed).toBe(1009)
  expect(await client.echo('still here')).toBe('still here')
  small.terminate()
})

test('closing ends open sockets and frees the port', async () => {
  const cookie = await signIn()
  const origin = `http://127.0.0.1:${server.port}`
  const socket = new WebSocket(`ws://127.0.0.1:${server.port}/rpc`, { headers: { cookie, origin } })
  await new Promise((resolve) => socket.on('open', resolve))
  const closed = new Promise<number>((resolve) => socket.on('close', resolve))
  await server.close()
  expect(await closed).toBe(1001)
  await expect(get('/')).rejects.toThrow('ECONNREFUSED')
})

test('a client that sends its headers drop by drop is cut off, and others are served meanwhile', async () => {
  const impatient = await startWebServer({
    site: createSite(join(folder, 'renderer'), media),
    connect: () => undefined,
    port: 0,
    patience: { headers: 300, request: 600 },
  })
  const answer = await new Promise<string>((resolve) => {
    let text = ''
    const socket = connect(impatient.port, '127.0.0.1', () => socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n'))
    const drip = setInterval(() => socket.write('x: y\r\n'), 50)
    socket.on('data', (bytes) => (text += bytes.toString()))
    socket.on('error', () => undefined)
    socket.on('close', () => {
      clearInterval(drip)
      resolve(text)
    })
  })
  expect(answer === '' || answer.startsWith('HTTP/1.1 408')).toBe(true)
  expect(await fetch(impatient.address()).then(({ status }) => status)).toBe(200)
  await impatient.close()
})

test('connections beyond the limit are dropped, and the server goes on when they are gone', async () => {
  const sockets = Array.from({ length: 300 }, () => connect(server.port, '127.0.0.1').on('error', () => undefined))
  const dropped = () => sockets.filter(({ closed }) => closed).length
  await expect.poll(dropped, { timeout: 10_000 }).toBeGreaterThanOrEqual(44)
  for (const socket of sockets) socket.destroy()
  await expect
    .poll(
      () =>
        get('/').then(
          ({ status }) => status,
          () => 0,
        ),
      { timeout: 10_000 },
    )
    .toBe(403)
})

test('the cookie is for this server alone: no script reads it, no other site sends it', async () => {
  const { headers } = await get(new URL(server.address()).search.replace(/^/, '/'))
  expect(headers['set-cookie']![0]).toMatch(/^handful-[\da-f]{8}=[\w-]{32}; HttpOnly; SameSite=Strict; Path=\/$/)
})

test.each(['GET', 'POST', 'PUT', 'DELETE'])(
  'a form or script of another site that sends %s with the cookie gets nothing',
  async (method) => {
    const cookie = await signIn()
    expect((await get('/', { cookie, origin: 'http://evil.test' }, method)).status).toBe(403)
    expect(
      (await get('/media/thumb/0', { cookie, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }, method)).status,
    ).toBe(403)
  },
)

test('a body is refused however it comes', async () => {
  const cookie = await signIn()
  const origin = `http://127.0.0.1:${server.port}`
  const send = (headers: Record<string, string>) =>
    get('/', { cookie, origin, ...headers }, 'POST').catch(() => ({ status: 413 }))
  expect((await send({ 'content-length': '99999999999' })).status).toBe(413)
  expect((await send({ 'transfer-encoding': 'chunked' })).status).toBe(413)
})
