/** Who may talk to the web host: rules on the headers of a request, each against one attack. */
import { randomBytes, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'

/** What a request is judged by. */
export interface Asked {
  method: string
  /** Path with query. */
  url: string
  headers: IncomingHttpHeaders
}

export type Verdict = 'welcome' | 'admitted' | { status: number; reason: string }

/** Any port: an SSH tunnel changes it. Any other name is a DNS rebinding attack. */
const localHost = /^(127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?$/
const longestUrl = 2048

const secret = () => randomBytes(24).toString('base64url')

function same(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)]
  return a.length === b.length && timingSafeEqual(a, b)
}

/** One-time tokens are exchanged for a cookie; its name carries the instance, since cookies ignore ports. */
export class Admission {
  readonly #cookieName = `handful-${randomBytes(4).toString('hex')}`
  readonly #cookie = secret()
  #token = secret()

  get token(): string {
    return this.#token
  }

  /** For the answer to a `welcome`. */
  get setCookie(): string {
    return `${this.#cookieName}=${this.#cookie}; HttpOnly; SameSite=Strict; Path=/`
  }

  /** `welcome`: the token was right and is used up; set the cookie and send the page on. */
  judge(asked: Asked): Verdict {
    const { headers } = asked
    const host = headers.host ?? ''
    if (!localHost.test(host)) return { status: 403, reason: 'Handful answers to localhost only.' }
    if (asked.url.length > longestUrl) return { status: 414, reason: 'The address is too long.' }
    const origin = `http://${host}`
    const reads = asked.method === 'GET' || asked.method === 'HEAD'
    if (headers.origin !== undefined ? headers.origin !== origin : !reads) return { status: 403, reason: 'Not from this page.' }
    if (Number(headers['content-length'] ?? 0) > 0 || headers['transfer-encoding'] !== undefined)
      return { status: 413, reason: 'No request here carries a body.' }
    if (asked.method === 'GET' && this.#takeToken(asked.url)) return 'welcome'
    const site = headers['sec-fetch-site']
    const ofThisPage = site === undefined || site === 'same-origin' || site === 'none'
    if (!ofThisPage && headers['sec-fetch-mode'] !== 'navigate') return { status: 403, reason: 'Not from this page.' }
    if (!this.#hasCookie(headers.cookie)) return { status: 403, reason: 'Open the address that Handful printed when it started.' }
    return 'admitted'
  }

  /** A WebSocket must prove the page it comes from: browsers let any page open one. */
  judgeSocket(asked: Asked): Verdict {
    if (asked.headers.origin === undefined) return { status: 403, reason: 'Not from this page.' }
    if (asked.url !== '/rpc') return { status: 404, reason: 'Not found.' }
    return this.judge(asked)
  }

  #takeToken(url: string): boolean {
    const { pathname, searchParams } = new URL(url, 'http://localhost')
    if (pathname !== '/' || !same(searchParams.get('token') ?? '', this.#token)) return false
    this.#token = secret()
    return true
  }

  #hasCookie(cookies = ''): boolean {
    const given = cookies.split(/; ?/).find((one) => one.startsWith(`${this.#cookieName}=`))
    return given !== undefined && same(given.slice(this.#cookieName.length + 1), this.#cookie)
  }
}
