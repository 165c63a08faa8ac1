/** What an encoder's trunk makes of altered versions of images: what fine-tuning learns from. */
import { embedBatch } from '../../encoders/embed'
import type { Session } from '../../engine/session'
import { type Augmentation, augment, standardAugmentation } from '../../views/augmentation'
import { batches, type ImageSource } from '../../views/images'

/** Barely altered: what a pseudo-label is taken from. */
const weak: Augmentation = {
  ...standardAugmentation,
  minArea: 0.85,
  stretch: 0.05,
  tilt: 4,
  brightness: 0.1,
  contrast: 0.1,
  saturation: 0.1,
  tint: 0,
  grey: 0,
}
const strong = standardAugmentation
export const weakViews = 2
export const strongViews = 3
/** The image as it is, too. */
export const viewCount = 1 + weakViews + strongViews
const batch = 64

/** What the session makes of each image as it is, then of its weak and its strong views: float32 [viewCount][images, features]. */
export async function* describeViews(
  session: Session,
  images: ImageSource,
  seed: number,
): AsyncGenerator<{ done: number; total: number }, Float32Array[]> {
  const hows = [null, ...Array.from({ length: weakViews }, () => weak), ...Array.from({ length: strongViews }, () => strong)]
  const found: Float32Array[] = hows.map(() => new Float32Array(0))
  const total = hows.length * images.count
  for (const [view, how] of hows.entries()) {
    for (const positions of batches(images.count, batch)) {
      const pixels = images.read(positions)
      const seen = how ? augment(pixels, images.size, how, { seed, view, keys: positions }) : pixels
      const inMemory: ImageSource = { ...images, count: positions.length, read: (at) => pick(seen, images.size, at) }
      const part = await embedBatch(session, inMemory, Uint32Array.from(positions.keys()))
      const features = part.length / positions.length
      if (found[view]!.length === 0) found[view] = new Float32Array(images.count * features)
      found[view]!.set(part, positions[0]! * features)
      yield { done: view * images.count + positions.at(-1)! + 1, total }
    }
  }
  return found
}

function pick(pixels: Uint8Array, size: number, positions: ArrayLike<number>): Uint8Array {
  const bytes = size * size * 3
  const picked = new Uint8Array(positions.length * bytes)
  Array.from(positions, (position, at) => picked.set(pixels.subarray(position * bytes, (position + 1) * bytes), at * bytes))
  return picked
}
