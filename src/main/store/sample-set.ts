/** A set of ordinals as bytes: ascending differences in LEB128 varints, one or two bytes for most. */

/** `ordinals` in any order, without repeats in the result. */
export function encodeSet(ordinals: Iterable<number>): Buffer {
  const sorted = Uint32Array.from(ordinals).sort()
  const bytes = Buffer.allocUnsafe(sorted.length * 5)
  let length = 0
  let last = -1
  for (const ordinal of sorted) {
    if (ordinal === last) continue
    let gap = ordinal - last - 1
    for (; gap > 127; gap = Math.floor(gap / 128)) bytes[length++] = (gap % 128) | 128
    bytes[length++] = gap
    last = ordinal
  }
  return bytes.subarray(0, length)
}

export function decodeSet(bytes: Uint8Array): Uint32Array {
  const ordinals: number[] = []
  let gap = 0
  let scale = 1
  let last = -1
  for (const byte of bytes) {
    gap += (byte & 127) * scale
    if (byte & 128) {
      scale *= 128
      continue
    }
    last += gap + 1
    ordinals.push(last)
    gap = 0
    scale = 1
  }
  return Uint32Array.from(ordinals)
}
