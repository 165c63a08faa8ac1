/** Attacks each rule of the web host's admission on its own. */
import { expect, test } from 'vitest'
import { Admission, type Asked } from './admission'

const host = '127.0.0.1:4100'
const ask = (url: string, headers: Asked['headers'] = {}, method = 'GET'): Asked => ({
  url,
  method,
  headers: { host, ...headers },
})
const cookieOf = (admission: Admission) => admission.setCookie.split(';')[0]!

test('the token opens the door once and is then worth nothing', () => {
  const admission = new Admission()
  const url = `/?token=${admission.token}`
  expect(admission.judge(ask(url))).toBe('welcome')
  expect(admission.judge(ask(url))).toMatchObject({ status: 403 })
  expect(admission.judge(ask(`/?token=${admission.token}`))).toBe('welcome')
})

test('the cookie is out of reach of scripts and of other sites, and named for its instance', () => {
  const [one, other] = [new Admission(), new Admission()]
  expect(one.setCookie).toMatch(/^handful-[0-9a-f]{8}=[\w-]{32}; HttpOnly; SameSite=Strict; Path=\/$/)
  expect(cookieOf(one).split('=')[0]).not.toBe(cookieOf(other).split('=')[0])
  expect(one.judge(ask('/', { cookie: cookieOf(one) }))).toBe('admitted')
  expect(one.judge(ask('/', { cookie: `a=b; ${cookieOf(one)}; c=d` }))).toBe('admitted')
  expect(other.judge(ask('/', { cookie: cookieOf(one) }))).toMatchObject({ status: 403 })
  expect(one.judge(ask('/', { cookie: `${cookieOf(one)}x` }))).toMatchObject({ status: 403 })
})

test.each(['127.0.0.1', 'localhost', 'localhost:9', '[::1]:65535'])('the name %s is this machine', (name) => {
  const admission = new Admission()
  expect(admission.judge(ask('/', { host: name, cookie: cookieOf(admission) }))).toBe('admitted')
})

test.each([
  'evil.test',
  'localhost.evil.test',
  '127.0.0.1.evil.test:80',
  'evil.test:4100',
  '0.0.0.0:4100',
  'localhost:4100@evil',
  '',
])('DNS rebinding: the name %s is refused even with the cookie and the token', (name) => {
  const admission = new Admission()
  const url = `/?token=${admission.token}`
  expect(admission.judge(ask(url, { host: name, cookie: cookieOf(admission) }))).toMatchObject({ status: 403 })
})

test('another origin is refused, whatever it asks and how', () => {
  const admission = new Admission()
  const cookie = cookieOf(admission)
  for (const origin of ['http://evil.test', 'null', 'https://127.0.0.1:4100', 'http://127.0.0.1:4101'])
    expect(admission.judge(ask('/', { cookie, origin }))).toMatchObject({ status: 403 })
  expect(admission.judge(ask('/', { cookie, origin: `http://${host}` }))).toBe('admitted')
})

test('a writing method without an origin is refused', () => {
  const admission = new Admission()
  expect(admission.judge(ask('/', { cookie: cookieOf(admission) }, 'POST'))).toMatchObject({ status: 403 })
  expect(admission.judge(ask('/', { cookie: cookieOf(admission), origin: `http://${host}` }, 'POST'))).toBe('admitted')
})

test('another local page may link here but not embed or fetch', () => {
  const admission = new Admission()
  const cookie = cookieOf(admission)
  expect(
    admission.judge(ask('/media/thumb/0', { cookie, 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'no-cors' })),
  ).toMatchObject({ status: 403 })
  expect(admission.judge(ask('/', { cookie, 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'navigate' }))).toBe('admitted')
  expect(admission.judge(ask('/', { cookie, 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'cors' }))).toBe('admitted')
})

test('bodies and endless addresses are refused before they are read', () => {
  const admission = new Admission()
  const cookie = cookieOf(admission)
  expect(admission.judge(ask('/', { cookie, 'content-length': '9999999999' }))).toMatchObject({ status: 413 })
  expect(admission.judge(ask('/', { cookie, 'transfer-encoding': 'chunked' }))).toMatchObject({ status: 413 })
  expect(admission.judge(ask(`/${'a'.repeat(3000)}`, { cookie }))).toMatchObject({ status: 414 })
})

test('a socket needs the right origin, the cookie and the right path', () => {
  const admission = new Admission()
  const cookie = cookieOf(admission)
  const origin = `http://${host}`
  expect(admission.judgeSocket(ask('/rpc', { cookie, origin }))).toBe('admitted')
  expect(admission.judgeSocket(ask('/rpc', { cookie }))).toMatchObject({ status: 403 })
  expect(admission.judgeSocket(ask('/rpc', { origin }))).toMatchObject({ status: 403 })
  expect(admission.judgeSocket(ask('/rpc', { cookie, origin: 'http://evil.test' }))).toMatchObject({ status: 403 })
  expect(admission.judgeSocket(ask('/', { cookie, origin }))).toMatchObject({ status: 404 })
})
