/** Ways in which files get broken, by accident or on purpose. */
import type { Random } from '../../src/main/engine/random'

type Mutation = (bytes: Buffer, draw: Random) => Buffer

/** Values at which sizes and offsets overflow. */
const limits = [0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff]
/** Headers lie here, and most of what a decoder trusts. */
const headLength = 256

const mutations: Mutation[] = [
  function flipBits(bytes, draw) {
    for (let count = 1 + draw.below(16); count > 0; count--) bytes[draw.below(bytes.length)]! ^= 1 << draw.below(8)
    return bytes
  },
  function flipHeaderBytes(bytes, draw) {
    for (let count = 1 + draw.below(6); count > 0; count--)
      bytes[draw.below(Math.min(headLength, bytes.length))] = draw.below(256)
    return bytes
  },
  function putLimits(bytes, draw) {
    for (let count = 1 + draw.below(3); count > 0; count--) {
      const width = [1, 2, 4][draw.below(3)]!
      if (bytes.length < width) continue
      const at = draw.below(Math.min(draw.below(2) ? headLength : bytes.length, bytes.length) - width + 1)
      const value = limits[draw.below(limits.length)]! % 2 ** (8 * width)
      if (draw.below(2)) bytes.writeUIntLE(value, at, width)
      else bytes.writeUIntBE(value, at, width)
    }
    return bytes
  },
  (bytes, draw) => bytes.subarray(0, 1 + draw.below(bytes.length)),
  function zeroed(bytes, draw) {
    const from = draw.below(bytes.length)
    return bytes.fill(0, from, from + 1 + draw.below(Math.max(1, bytes.length - from)))
  },
  function doubled(bytes, draw) {
    const from = draw.below(bytes.length)
    const piece = bytes.subarray(from, from + 1 + draw.below(4096))
    return Buffer.concat([bytes.subarray(0, from), piece, piece, bytes.subarray(from)])
  },
  function cutOut(bytes, draw) {
    const from = draw.below(bytes.length)
    return Buffer.concat([bytes.subarray(0, from), bytes.subarray(from + 1 + draw.below(512))])
  },
  function noise(bytes, draw) {
    const from = draw.below(bytes.length)
    for (let at = from; at < Math.min(bytes.length, from + 1 + draw.below(2048)); at++) bytes[at] = draw.below(256)
    return bytes
  },
]

/** One or two things wrong with a copy of a valid file. */
export function mutate(valid: Buffer, draw: Random): Buffer {
  let bytes = Buffer.from(valid)
  for (let count = 1 + draw.below(2); count > 0; count--) {
    bytes = Buffer.from(mutations[draw.below(mutations.length)]!(bytes, draw))
    if (bytes.length === 0) return bytes
  }
  return bytes
}
