/** Which views of which samples a step sees: a function of seed and step alone, so that a resumed run sees the same. */
import { draw, random } from '../engine/random'
import { augment, type Augmentation } from '../views/augmentation'
import type { ImageSource } from '../views/images'

export interface BatchOptions {
  seed: number
  /** From 1. */
  step: number
  /** Samples per step, at most as many as there are. */
  batch: number
  views: number
  augmentation: Augmentation
}

/** uint8 [views × batch, size, size, 3], first views of all samples first. Every epoch has its own order; its incomplete last batch is dropped. */
export function batchViews(images: ImageSource, { seed, step, batch, views, augmentation }: BatchOptions): Uint8Array {
  const perEpoch = Math.floor(images.count / batch)
  const epoch = Math.floor((step - 1) / perEpoch)
  const order = draw(images.count, images.count, random(seed, 0x6f72, epoch))
  const start = ((step - 1) % perEpoch) * batch
  const positions = order.subarray(start, start + batch)
  const pixels = images.read(positions)
  const all = new Uint8Array(views * pixels.length)
  for (let view = 0; view < views; view++) {
    // A view number of its own for each epoch: no view is seen twice.
    all.set(
      augment(pixels, images.size, augmentation, { seed, view: epoch * views + view, keys: positions }),
      view * pixels.length,
    )
  }
  return all
}
