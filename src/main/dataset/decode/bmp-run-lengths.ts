/** Run lengths of BMP: palette indices in bursts, with jumps; places that are jumped over keep index 0. */

/**
 * MS-WMF 3.1.6 (RLE8, RLE4). Ends quietly where the data end or run off the image: such files show what they have everywhere else too.
 * @returns indices [height, width], the bottom row first as in the file
 */
export function runLengths(bytes: Uint8Array, width: number, height: number, bits: 4 | 8): Uint8Array {
  const indices = new Uint8Array(width * height)
  let [x, y, at] = [0, 0, 0]
  const put = (index: number) => {
    if (x < width) indices[y * width + x] = index
    x++
  }
  while (at + 1 < bytes.length && y < height) {
    const [count, value] = [bytes[at]!, bytes[at + 1]!]
    at += 2
    if (count > 0) {
      for (let step = 0; step < count; step++) put(pick(value, step, bits))
    } else if (value === 0) {
      x = 0
      y++
    } else if (value === 1) {
      break
    } else if (value === 2) {
      x += bytes[at] ?? 0
      y += bytes[at + 1] ?? 0
      at += 2
    } else {
      for (let step = 0; step < value; step++) put(pick(bytes[at + (bits === 8 ? step : step >> 1)] ?? 0, step, bits))
      at += Math.ceil((value * bits) / 16) * 2
    }
  }
  return indices
}

/** Of four bits each, the upper half comes first. */
const pick = (value: number, step: number, bits: 4 | 8) => (bits === 8 ? value : step & 1 ? value & 15 : value >> 4)
