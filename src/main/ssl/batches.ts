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
  /** Groups of views differ from one another. */
  group: number
  /** Side of the views, px. */
  size: number
}

/** Views of one group are numbered below this. */
const GROUP = 1 << 20

/** uint8 [views × batch, size, size, 3], first views of all samples first. Every epoch has its own order; its incomplete last batch is dropped. */
export function batchViews(images: ImageSource, options: BatchOptions): Uint8Array {
  const { seed, step, batch, views, augmentation, group, size } = options
  const perEpoch = Math.floor(images.count / batch)
  const epoch = Math.floor((step - 1) / perEpoch)
  const order = draw(images.count, images.count, random(seed, 0x6f72, epoch))
  const start = ((step - 1) % perEpoch) * batch
  const positions = order.subarray(start, start + batch)
  const pixels = images.read(positions)
  const bytes = batch * size * size * 3
  const all = new Uint8Array(views * bytes)
  for (let view = 0; view < views; view++) {
    // A view number of its own for each epoch: no view is seen twice.
    const key = { seed, view: group * GROUP + epoch * views + view, keys: positions }
    all.set(augment(pixels, images.size, augmentation, key, size), view * bytes)
  }
  return all
}
