import { duplexPair } from 'node:stream'
import { expect, test } from 'vitest'
import { random } from '../engine/random'
import { framePort, frameReader } from './frames'

test('messages arrive whole and in order over a stream that tears them apart', async () => {
  const [left, right] = duplexPair()
  const sent: (string | Uint8Array)[] = [
    '',
    'ä€😀',
    new Uint8Array(0),
    Uint8Array.from({ length: 70_000 }, (_, at) => at % 251),
    '{"a":1}',
  ]
  const got: unknown[] = []
  const all = new Promise<void>((resolve) => {
    framePort(right).on('message', (event) => got.push(event?.data) === sent.length && resolve())
  })
  for (const message of sent) framePort(left).postMessage(message)
  await all
  expect(got).toEqual(sent)
})

test('any cut of the bytes gives the same messages', () => {
  const [left] = duplexPair()
  const bytes: Buffer[] = []
  left.write = ((piece: Buffer) => bytes.push(piece) > 0) as never
  const port = framePort(left)
  for (const message of ['one', 'two', 'three']) port.postMessage(message)
  const whole = Buffer.concat(bytes)
  const draw = random(5)
  for (let round = 0; round < 50; round++) {
    const got: unknown[] = []
    const read = frameReader((data) => got.push(data))
    for (let at = 0; at < whole.length;) {
      const end = at + 1 + draw.below(6)
      read(whole.subarray(at, end))
      at = end
    }
    expect(got).toEqual(['one', 'two', 'three'])
  }
})

test('a length beyond reason is an error, not an allocation', () => {
  const read = frameReader(() => undefined)
  expect(() => read(Buffer.from([0xff, 0xff, 0xff, 0xff, 0]))).toThrow(RangeError)
})
