/** The registry names kernels as tfjs does. */
import { expect, it } from 'vitest'
import { allKernelNames } from '../trace/counted-backend'
import { FUSED_BATCH_NORM, FUSED_GELU, FUSED_LAYER_NORM } from './norms'
import { kernels } from './registry'

it('registers kernels under the names of tfjs, and three fused ones of its own', () => {
  const known = new Set(allKernelNames())
  const own = [...kernels.keys()].filter((name) => !known.has(name)).sort()
  expect(own).toEqual([FUSED_BATCH_NORM, FUSED_GELU, FUSED_LAYER_NORM])
})
