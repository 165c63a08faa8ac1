/** BMP, which libvips does not read. */
import { decode } from 'bmp-ts'
import { ImageProblem, tooLarge } from '../problem'
import type { RawImage } from './raw-image'

export function decodeBmp(bytes: Buffer, pixelLimit: number): RawImage {
  if (bytes.length < 30) throw new ImageProblem('damaged', 'The BMP header is cut off.')
  const [width, height] = [Math.abs(bytes.readInt32LE(18)), Math.abs(bytes.readInt32LE(22))]
  if (width * height > pixelLimit) throw tooLarge(`${width} × ${height}`)
  try {
    const image = decode(bytes, { toRGBA: true })
    const opaque = image.data
    if (image.bitPP !== 32 || alphaIsEmpty(opaque)) for (let at = 3; at < opaque.length; at += 4) opaque[at] = 255
    return { width: image.width, height: Math.abs(image.height), channels: 4, data: opaque, notes: [] }
  } catch (cause) {
    throw new ImageProblem('damaged', `The BMP is damaged or of an unusual kind: ${(cause as Error).message}`, { cause })
  }
}

/** Most writers leave the fourth byte at zero and mean opaque. */
function alphaIsEmpty(rgba: Uint8Array): boolean {
  for (let at = 3; at < rgba.length; at += 4) if (rgba[at] !== 0) return false
  return true
}
