/** The page's origin in every host: the built renderer and the images, answered from one `Request → Response` function. */
import { readdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { extname, join, sep } from 'node:path'

export interface MediaFile {
  type: string
  body: Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array<ArrayBuffer>>
  /** Changes whenever the bytes do. */
  tag: string
}

/** Images of the open project by sample ordinal, and its columns; null where there is none. */
export interface Media {
  /** x and y of each sample on the map of this run, or of the one in use. */
  map(runId: string | null): Promise<MediaFile | null>
  /** A value per sample, see the contract's map.legend. */
  column(field: string, granularity: number | null): Promise<MediaFile | null>
  thumbnail(ordinal: number): Promise<MediaFile | null>
  /** As data addresses in the order asked; null where there is none but the image itself. */
  thumbnails(ordinals: number[]): Promise<(string | null)[]>
  image(ordinal: number): Promise<MediaFile | null>
}

export type Site = (request: Request) => Promise<Response>

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.webmanifest': 'application/manifest+json',
}

/** Nothing from elsewhere, nothing inline, no eval. */
export const contentPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "worker-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** An image may be an SVG with scripts in it: shown in `<img>` they never run, and opened by itself this stops them. */
const mediaPolicy = "default-src 'none'; style-src 'unsafe-inline'; sandbox"

const shielded = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=(), usb=(), payment=()',
}

/** A short answer in words, with the same shields as every other. */
export function plain(status: number, text: string, headers: Record<string, string> = {}): Response {
  const type = { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' }
  const body = Buffer.from(text)
  const known = { ...type, 'content-length': `${body.length}` }
  return new Response(body, { status, headers: { ...shielded, 'content-security-policy': contentPolicy, ...known, ...headers } })
}

/** URL path → file. Only what was built is ever served, so no path leads anywhere else. */
function builtFiles(folder: string): Map<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  return new Map(
    files.map((entry) => {
      const path = join(entry.parentPath, entry.name)
      return [path.slice(folder.length).split(sep).join('/'), path]
    }),
  )
}

export function createSite(rendererFolder: string, media: Media): Site {
  const files = builtFiles(rendererFolder)
  const index = files.get('/index.html')
  if (!index) throw new Error(`${rendererFolder} holds no index.html: the renderer is not built`)

  return async (request) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return plain(405, 'Only GET.', { allow: 'GET, HEAD' })
    const { pathname, searchParams } = new URL(request.url)
    const [, kind, ordinal] = /^\/media\/(thumb|image)\/(\d{1,10})$/.exec(pathname) ?? []
    if (kind && ordinal) {
      const found = await (kind === 'thumb' ? media.thumbnail(Number(ordinal)) : media.image(Number(ordinal)))
      return found ? mediaAnswer(request, found, searchParams.has('v')) : plain(404, 'No such image.')
    }
    const [, ordinals] = /^\/media\/thumbs\/(\d{1,10}(?:,\d{1,10}){0,99})$/.exec(pathname) ?? []
    if (ordinals) {
      const found = await media.thumbnails(ordinals.split(',').map(Number))
      return plain(200, JSON.stringify(found), { 'content-type': 'application/json' })
    }
    if (pathname === '/media/map') {
      const found = await media.map(searchParams.get('run'))
      // A run whose map is still to be drawn is nothing out of order.
      return found ? mediaAnswer(request, found, false) : new Response(null, { status: 204, headers: shielded })
    }
    if (pathname === '/media/column') {
      const granularity = searchParams.get('granularity')
      const found = await media.column(searchParams.get('field') ?? '', granularity === null ? null : Number(granularity))
      return found ? mediaAnswer(request, found, false) : plain(404, 'No such column.')
    }
    // Pages of the app have no dot in their path; the router in the page knows them.
    const file = files.get(pathname) ?? (/^\/[a-z0-9/-]*$/i.test(pathname) && !pathname.startsWith('/media') ? index : undefined)
    if (!file) return plain(404, 'Not found.')
    return new Response(request.method === 'HEAD' ? null : await readFile(file), {
      headers: {
        ...shielded,
        'content-security-policy': contentPolicy,
        'content-type': types[extname(file)] ?? 'application/octet-stream',
        'cache-control': pathname.startsWith('/assets/') ? 'private, max-age=31536000, immutable' : 'no-cache',
      },
    })
  }
}

/** `versioned`: the address says which project it means, so the answer holds for good. */
function mediaAnswer(request: Request, { type, body, tag }: MediaFile, versioned: boolean): Response {
  const headers = {
    ...shielded,
    'content-security-policy': mediaPolicy,
    'content-type': type,
    etag: `"${tag}"`,
    'cache-control': versioned ? 'private, max-age=31536000, immutable' : 'private, no-cache',
  }
  if (request.headers.get('if-none-match') === headers.etag || request.method === 'HEAD') {
    if (body instanceof ReadableStream) void body.cancel()
    return new Response(null, { status: request.method === 'HEAD' ? 200 : 304, headers })
  }
  return new Response(body, {
    headers: body instanceof Uint8Array ? { ...headers, 'content-length': `${body.length}` } : headers,
  })
}
