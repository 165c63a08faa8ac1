/** Runs a graph from pixels to numbers over images, batch by batch. */
import { type Matrix, matrix } from '../engine/linear-algebra'
import { Session } from '../engine/session'
import { augment, type Augmentation } from '../views/augmentation'
import { batches, type ImageSource } from '../views/images'
import { batchFor } from './embed'

const most = 64

/** Makes a view of a batch; `positions` are those of the images in their source. */
export type Change = (pixels: Uint8Array, positions: Uint32Array) => Uint8Array

export interface Description {
  /** `images` uint8 [batch, size, size, 3] → float32 [batch, columns]. */
  readonly model: Uint8Array
  readonly columns: number
  readonly threads: number
  readonly change?: Change
}

/** Makes the altered versions of this number. */
export const alteredBy =
  (augmentation: Augmentation, size: number, seed: number, view: number): Change =>
  (pixels, keys) =>
    augment(pixels, size, augmentation, { seed, view, keys })

/** float32 [chosen.length, columns]; yields how many images are done. */
export async function* describe(
  images: ImageSource,
  chosen: Uint32Array,
  { model, columns, threads, change }: Description,
): AsyncGenerator<number, Matrix> {
  const session = await Session.create(model, { threads })
  try {
    return yield* describeWith(session, images, chosen, { columns, change })
  } finally {
    await session.dispose()
  }
}

/** As `describe`, by a graph that is loaded already. */
export async function* describeWith(
  session: Session,
  images: ImageSource,
  chosen: Uint32Array,
  { columns, change }: { columns: number; change?: Change | undefined },
): AsyncGenerator<number, Matrix> {
  const result = matrix(chosen.length, columns)
  for (const rows of batches(chosen.length, batchFor(session, images.size, most))) {
    const positions = rows.map((row) => chosen[row]!)
    const pixels = images.read(positions)
    const data = change ? change(pixels, positions) : pixels
    const shape = [rows.length, images.size, images.size, 3]
    result.data.set(await session.values({ [session.inputs[0]!]: { type: 'uint8', shape, data } }), rows[0]! * columns)
    yield rows[0]! + rows.length
  }
  return result
}

/** The result of a generator whose steps nobody follows. */
export async function finish<T>(steps: AsyncGenerator<unknown, T>): Promise<T> {
  for (;;) {
    const step = await steps.next()
    if (step.done) return step.value
  }
}
