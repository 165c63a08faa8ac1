/** Which views of which samples a step sees: a function of seed and step alone, so that a resumed run sees the same. */
import { draw, random } from '../engine/random'
import { augment, type Augmentation } from '../views/augmentation'
import type { ImageSource } from '../views/images'

/** Samples of one step, at most as many as there are. */
export interface Batch {
  readonly seed: number
  readonly epoch: number
  readonly positions: Uint32Array
  /** uint8 [positions.length, size, size, 3] */
  readonly pixels: Uint8Array
  readonly size: number
}

/** A group of views of a batch; another thread can make them. */
export interface ViewJob extends Batch {
  readonly views: number
  readonly augmentation: Augmentation
  /** Groups of views differ from one another. */
  readonly group: number
  /** Side of the views, px. */
  readonly side: number
}

/** Views of one group are numbered below this. */
const GROUP = 1 << 20

/** Batches by step, from 1. Every epoch has its own order; its incomplete last batch is dropped. */
export function batchesOf(images: ImageSource, { seed, batch }: { seed: number; batch: number }): (step: number) => Batch {
  const perEpoch = Math.floor(images.count / batch)
  let known: { epoch: number; order: Uint32Array } | undefined
  return (step) => {
    const epoch = Math.floor((step - 1) / perEpoch)
    if (known?.epoch !== epoch) known = { epoch, order: draw(images.count, images.count, random(seed, 0x6f72, epoch)) }
    const start = ((step - 1) % perEpoch) * batch
    const positions = known.order.slice(start, start + batch)
    return { seed, epoch, positions, pixels: images.read(positions), size: images.size }
  }
}

/** uint8 [views × batch, side, side, 3], first views of all samples first. */
export function viewsOf({ seed, epoch, positions, pixels, size, views, augmentation, group, side }: ViewJob): Uint8Array {
  const bytes = positions.length * side * side * 3
  const all = new Uint8Array(views * bytes)
  for (let view = 0; view < views; view++) {
    // A view number of its own for each epoch: no view is seen twice.
    const key = { seed, view: group * GROUP + epoch * views + view, keys: positions }
    all.set(augment(pixels, size, augmentation, key, side), view * bytes)
  }
  return all
}
