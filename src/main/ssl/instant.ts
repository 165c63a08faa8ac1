/** The instant encoder as a pretext task: closed form, no gradient step. */
import { fitInstantEncoder } from '../encoders/instant'
import { MatrixProducts } from '../engine/linear-algebra'
import { instantDescriptor } from './instant.descriptor'
import { atStage, type PretextTask } from './task'

export const instant: PretextTask<typeof instantDescriptor.parameters> = {
  descriptor: instantDescriptor,
  async *fit({ images, seed, threads, parameters }) {
    const products = await MatrixProducts.create(threads)
    try {
      const stages = fitInstantEncoder(images, { ...parameters, seed, threads }, products)
      for (;;) {
        const step = await stages.next()
        if (step.done) return step.value
        yield atStage(step.value.stage, step.value.done, step.value.total)
      }
    } finally {
      await products.dispose()
    }
  },
}
