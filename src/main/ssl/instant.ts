/** The instant encoder as a pretext task: closed form, no gradient step. */
import { fitInstantEncoder } from '../encoders/instant'
import { MatrixProducts } from '../engine/linear-algebra'
import { instantDescriptor } from './instant.descriptor'
import { paced } from './pace'
import type { PretextTask } from './task'

export const instant: PretextTask<typeof instantDescriptor.parameters> = {
  descriptor: instantDescriptor,
  async *fit({ images, seed, threads, parameters }) {
    const products = await MatrixProducts.create(threads)
    try {
      const { model, dimensions, notes } = yield* paced(fitInstantEncoder(images, { ...parameters, seed, threads }, products))
      return { model, dimensions, notes }
    } finally {
      await products.dispose()
    }
  },
}
