/** Which views of which samples a step sees: a function of seed, step and partners alone, so that a resumed run sees the same. */
import { draw, random } from '../engine/random'
import { augment, type Augmentation } from '../views/augmentation'
import type { ImageSource } from '../views/images'

/** By position of an image, those of its partners, if it has any. */
export type Partners = readonly (readonly number[] | undefined)[]

/** Samples of one step, at most as many as there are. */
export interface Batch {
  readonly seed: number
  readonly epoch: number
  readonly positions: Uint32Array
  /** uint8 [positions.length, size, size, 3] */
  readonly pixels: Uint8Array
  /** What all views but the first are of; the samples themselves when left out. */
  readonly partners?: Pick<Batch, 'positions' | 'pixels'>
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
export function batchesOf(
  images: ImageSource,
  { seed, batch, partners }: { seed: number; batch: number; partners?: Partners | undefined },
): (step: number) => Batch {
  const perEpoch = Math.floor(images.count / batch)
  let known: { epoch: number; order: Uint32Array } | undefined
  return (step) => {
    const epoch = Math.floor((step - 1) / perEpoch)
    if (known?.epoch !== epoch) known = { epoch, order: draw(images.count, images.count, random(seed, 0x6f72, epoch)) }
    const start = ((step - 1) % perEpoch) * batch
    const positions = known.order.slice(start, start + batch)
    const taken = { positions, pixels: images.read(positions) }
    return { seed, epoch, ...taken, ...(partners && { partners: paired(epoch, positions, partners) }), size: images.size }
  }

  function paired(epoch: number, positions: Uint32Array, partners: Partners) {
    const theirs = positions.map((position) => {
      const some = partners[position] ?? []
      return some.length > 0 ? some[random(seed, 0x7061, epoch, position).below(some.length)]! : position
    })
    return { positions: theirs, pixels: images.read(theirs) }
  }
}

/** uint8 [views × batch, side, side, 3], first views of all samples first. */
export function viewsOf({ seed, epoch, size, views, augmentation, group, side, partners, ...own }: ViewJob): Uint8Array {
  const bytes = own.positions.length * side * side * 3
  const all = new Uint8Array(views * bytes)
  for (let view = 0; view < views; view++) {
    // A view number of its own for each epoch: no view is seen twice.
    const { positions, pixels } = view === 0 ? own : (partners ?? own)
    const key = { seed, view: group * GROUP + epoch * views + view, keys: positions }
    all.set(augment(pixels, size, augmentation, key, side), view * bytes)
  }
  return all
}
