/** HEIC, as phones write it, by libheif compiled to WebAssembly. */
import libheif from 'libheif-js/wasm-bundle.js'
import { ImageProblem, tooLarge } from '../problem'
import type { RawImage } from './raw-image'

/** The primary image; orientation is applied by the format itself. */
export async function decodeHeic(bytes: Buffer, pixelLimit: number): Promise<RawImage> {
  const decoder = new libheif.HeifDecoder()
  const images = decoder.decode(bytes)
  const [image] = images
  if (!image) throw new ImageProblem('damaged', 'The HEIC file holds no image that can be read.')
  const [width, height] = [image.get_width(), image.get_height()]
  try {
    if (width * height > pixelLimit) throw tooLarge(`${width} × ${height}`)
    const data = new Uint8ClampedArray(width * height * 4)
    await new Promise<void>((resolve, reject) => {
      image.display({ data, width, height }, (shown) =>
        shown ? resolve() : reject(new ImageProblem('damaged', 'The HEIC image could not be decoded.')),
      )
    })
    const notes = images.length > 1 ? [`First image of ${images.length}.`] : []
    return { width, height, channels: 4, data: new Uint8Array(data.buffer), notes }
  } finally {
    for (const each of images) each.free()
  }
}
