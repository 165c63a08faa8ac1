/** The web host's server: HTTP and WebSocket on 127.0.0.1, for a browser on this machine or at the other end of an SSH tunnel. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import type { ReadableStream } from 'node:stream/web'
import { type WebSocket, WebSocketServer } from 'ws'
import { Admission, type Asked } from './admission'
import { plain, type Site } from './site'

export interface WebServer {
  port: number
  /** Opens the app once; afterwards a new one is made. */
  address(): string
  close(): Promise<void>
}

export interface WebServerOptions {
  site: Site
  /** Serves the contract on an admitted connection. */
  connect: (socket: WebSocket) => void
  /** 0: any free one. */
  port: number
  /** The printed address was used; here is the one for another browser. */
  onWelcome?: (nextAddress: string) => void
  /** How long a client may take to send its headers, and its whole request, ms. */
  patience?: { headers: number; request: number }
}

/** A page keeps a handful of connections open; more than this is somebody wearing the server out. */
const mostConnections = 256

/** Acts on 10,000 samples take 100 kB; nothing the page sends is near this, bytes. */
const largestMessage = 4 << 20

/** Replaces the page with the address bar's token by the app. A redirect would not carry the new cookie when the link was on another site. */
const welcomePage = `<!doctype html><html lang="en"><meta charset="utf-8"><meta http-equiv="refresh" content="0;url=/"><link rel="icon" href="data:,"><title>Handful</title><p><a href="/">Open Handful</a></p>`

const askedOf = ({ method = 'GET', url = '/', headers }: IncomingMessage): Asked => ({ method, url, headers })

/** @throws when the port is taken */
export async function startWebServer({
  site,
  connect,
  port,
  onWelcome,
  patience = { headers: 10_000, request: 30_000 },
}: WebServerOptions): Promise<WebServer> {
  const admission = new Admission()
  const sockets = new WebSocketServer({ noServer: true, maxPayload: largestMessage })
  const limits = {
    headersTimeout: patience.headers,
    requestTimeout: patience.request,
    connectionsCheckingInterval: Math.min(5000, patience.headers),
  }
  const server = createServer(limits, (request, response) => {
    void answer(request).then(
      (result) => send(result, request, response),
      (cause: unknown) => {
        process.stderr.write(`${request.url}: ${cause instanceof Error ? cause.message : String(cause)}\n`)
        return send(plain(500, 'Something went wrong; the terminal says what.'), request, response)
      },
    )
  })

  server.maxConnections = mostConnections

  async function answer(request: IncomingMessage): Promise<Response> {
    const verdict = admission.judge(askedOf(request))
    if (verdict === 'welcome') {
      onWelcome?.(address())
      return plain(200, welcomePage, { 'content-type': 'text/html; charset=utf-8', 'set-cookie': admission.setCookie })
    }
    if (verdict !== 'admitted') return plain(verdict.status, verdict.reason)
    const headers = new Headers()
    for (const [name, value] of Object.entries(request.headers)) if (typeof value === 'string') headers.set(name, value)
    return site(new Request(new URL(request.url ?? '/', 'http://127.0.0.1'), { method: request.method ?? 'GET', headers }))
  }

  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy())
    const verdict = admission.judgeSocket(askedOf(request))
    if (verdict !== 'admitted') {
      const status = typeof verdict === 'string' ? 403 : verdict.status
      socket.end(`HTTP/1.1 ${status} Forbidden\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`)
      return
    }
    sockets.handleUpgrade(request, socket, head, (admitted) => {
      admitted.on('error', () => admitted.terminate()) // a message above the limit
      connect(admitted)
    })
  })

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  const actual = (server.address() as AddressInfo).port
  const address = () => `http://127.0.0.1:${actual}/?token=${admission.token}`

  return {
    port: actual,
    address,
    async close() {
      for (const socket of sockets.clients) socket.close(1001)
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeIdleConnections()
      const impatient = setTimeout(() => {
        for (const socket of sockets.clients) socket.terminate()
        server.closeAllConnections()
      }, 500)
      await closed
      clearTimeout(impatient)
    },
  }
}

async function send(result: Response, request: IncomingMessage, response: ServerResponse): Promise<void> {
  response.writeHead(result.status, Object.fromEntries(result.headers))
  if (!result.body || request.method === 'HEAD') {
    response.end()
    return
  }
  // Of known length: headers and body go out in one piece.
  if (result.headers.has('content-length')) {
    response.end(new Uint8Array(await result.arrayBuffer()))
    return
  }
  const body = Readable.fromWeb(result.body as ReadableStream)
  body.on('error', () => response.destroy())
  response.on('close', () => body.destroy())
  body.pipe(response)
}
