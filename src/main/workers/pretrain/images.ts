/** The pixels of a project's samples, from its caches. */
import { HandfulError } from '@shared/errors'
import { resample } from '../../dataset/decode/fit-square'
import { missingPixels, PixelCache, pixelBytes } from '../../dataset/pixel-cache'
import type { Reader } from '../../store/reader'
import { type ImageSource, subset } from '../../views/images'

/**
 * @param size px; the project's own when left out. Samples without pixels of another size have their usual ones, enlarged.
 * @throws HandfulError NOT_READY when a pixel cache is gone
 */
export function openImages(reader: Reader, ordinals: Uint32Array, size?: number): { images: ImageSource; close: () => void } {
  const own = openCache(reader, Number(reader.meta.get('inputSize') ?? 0))
  if (size === undefined || size === own.size) return { images: subset(own, ordinals), close: () => own.close() }
  const large = openCache(reader, size)
  const missing = new Set(missingPixels(reader.folder, size, reader.meta.facts().fit, reader.sampleCount()))
  const read = (wanted: ArrayLike<number>) => {
    const pixels = large.read(wanted)
    for (let at = 0; at < wanted.length; at++) {
      if (!missing.has(wanted[at]!)) continue
      const usual = { data: own.read([wanted[at]!]), width: own.size, height: own.size }
      pixels.set(resample(usual, size, size).data, at * pixelBytes(size))
    }
    return pixels
  }
  const close = () => [own, large].forEach((cache) => cache.close())
  return { images: subset({ count: own.count, size, channels: 3, read }, ordinals), close }
}

function openCache(reader: Reader, size: number): PixelCache {
  try {
    return new PixelCache(reader.folder, size, reader.meta.facts().fit)
  } catch (cause) {
    throw new HandfulError('NOT_READY', { needs: 'the pixel cache; rescan the folder to make it again' }, { cause })
  }
}
