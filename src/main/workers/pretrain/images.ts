/** The pixels of a project's samples, from its cache. */
import { HandfulError } from '@shared/errors'
import { PixelCache } from '../../dataset/pixel-cache'
import type { Reader } from '../../store/reader'
import { type ImageSource, subset } from '../../views/images'

/** @throws HandfulError NOT_READY when the pixel cache is gone */
export function openImages(reader: Reader, ordinals: Uint32Array): { images: ImageSource; close: () => void } {
  const size = Number(reader.meta.get('inputSize') ?? 0)
  const cache = openCache(reader, size)
  return { images: subset(cache, ordinals), close: () => cache.close() }
}

function openCache(reader: Reader, size: number): PixelCache {
  try {
    return new PixelCache(reader.folder, size, reader.meta.facts().fit)
  } catch (cause) {
    throw new HandfulError('NOT_READY', { needs: 'the pixel cache; rescan the folder to make it again' }, { cause })
  }
}
