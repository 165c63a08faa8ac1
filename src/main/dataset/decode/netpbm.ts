/** Binary PGM and PPM, in which many collections of faces and textures come. */
import { ImageProblem, tooLarge, truncatedReason } from '../problem'
import { pixelLimit, type WholeImage } from './raster'
import { applyWindow } from './window'

/** P5 and P6 with up to 16 bits; netpbm.sourceforge.net/doc/pgm.html. */
export function decodeNetpbm(bytes: Buffer): WholeImage {
  const head = /^P([56])\s(?:\s|#[^\n]*\n)*(\d+)(?:\s|#[^\n]*\n)+(\d+)(?:\s|#[^\n]*\n)+(\d+)\s/.exec(
    bytes.subarray(0, 4096).toString('latin1'),
  )
  if (!head) throw new ImageProblem('damaged', 'The PNM header is damaged.')
  const channels = head[1] === '5' ? 1 : 3
  const [width, height, highest] = head.slice(2, 5).map(Number) as [number, number, number]
  if (width * height > pixelLimit.whole) throw tooLarge(width, height)
  if (!(width * height > 0 && highest > 0 && highest < 0x10000)) throw new ImageProblem('damaged', 'The PNM header is damaged.')
  const deep = highest > 255
  const count = width * height * channels
  const body = bytes.subarray(head[0].length)
  if (body.length < count * (deep ? 2 : 1)) {
    throw new ImageProblem('truncated', truncatedReason)
  }
  const values = deep ? Uint16Array.from({ length: count }, (_, index) => body.readUInt16BE(index * 2)) : body.subarray(0, count)
  return { width, height, channels, data: applyWindow(values, { low: 0, high: highest }), notes: [] }
}
