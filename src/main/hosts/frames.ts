/** Messages over a byte stream: 4-byte length, one byte saying text or bytes, then the payload. */
import type { Duplex } from 'node:stream'

const header = 5
/** Far above anything sent; a longer length means the stream is out of step. */
const limit = 1 << 30

/** What oRPC's message-port adapter needs of a port. */
export interface FramePort {
  on(event: 'message', listener: (event?: { data: unknown }) => void): void
  on(event: 'close', listener: () => void): void
  postMessage(data: unknown): void
}

export function framePort(stream: Duplex): FramePort {
  const messages: ((event: { data: unknown }) => void)[] = []
  const closes: (() => void)[] = []
  const read = frameReader((data) => {
    for (const listener of messages) listener({ data })
  })
  stream.on('data', (bytes: Buffer) => {
    try {
      read(bytes)
    } catch (cause) {
      stream.destroy(cause as Error)
    }
  })
  stream.on('error', () => undefined) // 'close' follows
  stream.on('close', () => {
    for (const listener of closes) listener()
  })
  return {
    on(event: 'message' | 'close', listener: (event?: { data: unknown }) => void) {
      if (event === 'message') messages.push(listener)
      else closes.push(listener)
    },
    postMessage(data) {
      if (stream.writable) for (const part of frameOf(data)) stream.write(part)
    },
  }
}

function frameOf(data: unknown): Buffer[] {
  const text = typeof data === 'string'
  const payload = text ? Buffer.from(data) : bytesOf(data)
  const head = Buffer.allocUnsafe(header)
  head.writeUInt32LE(payload.length)
  head[4] = text ? 0 : 1
  return [head, payload]
}

function bytesOf(data: unknown): Buffer {
  if (data instanceof ArrayBuffer) return Buffer.from(data)
  if (ArrayBuffer.isView(data)) return Buffer.from(data.buffer, data.byteOffset, data.byteLength)
  throw new TypeError(`a frame holds text or bytes, not ${typeof data}`)
}

/** Feeds on pieces of the stream as they come and hands over whole messages. */
export function frameReader(deliver: (data: string | Uint8Array) => void): (piece: Buffer) => void {
  let pending: Buffer[] = []
  let held = 0
  const take = (length: number) => {
    const whole = pending.length === 1 ? pending[0]! : Buffer.concat(pending)
    pending = whole.length > length ? [whole.subarray(length)] : []
    held -= length
    return whole.subarray(0, length)
  }
  let next: { length: number; text: boolean } | undefined
  return (piece) => {
    pending.push(piece)
    held += piece.length
    for (;;) {
      if (!next) {
        if (held < header) return
        const head = take(header)
        next = { length: head.readUInt32LE(), text: head[4] === 0 }
        if (next.length > limit) throw new RangeError(`frame of ${next.length} bytes`)
      }
      if (held < next.length) return
      const payload = take(next.length)
      deliver(next.text ? payload.toString('utf8') : new Uint8Array(payload))
      next = undefined
    }
  }
}
