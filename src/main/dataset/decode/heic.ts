/** HEIC, as phones write it, by libheif compiled to WebAssembly: runs in a thread of its own, see heic-threads. */
import libheif from 'libheif-js/wasm-bundle.js'
import { ImageProblem, tooLarge } from '../problem'
import { pixelLimit, type WholeImage } from './raster'

/** The primary image; libheif applies the orientation, which is part of the format. */
export async function decodeHeic(bytes: Uint8Array): Promise<WholeImage> {
  const images = new libheif.HeifDecoder().decode(bytes)
  const image = images.find((each) => each.is_primary()) ?? images[0]
  if (!image) throw new ImageProblem('damaged', 'The HEIC file holds no image that can be read.')
  try {
    const [width, height] = [image.get_width(), image.get_height()]
    if (width * height > pixelLimit.whole) throw tooLarge(width, height)
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
