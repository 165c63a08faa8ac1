/** Every kernel by its tfjs name. A new one is a line in a family, or a file and a line here. */
import { binary } from './binary'
import { blocks } from './blocks'
import { constants } from './constants'
import { convolution } from './convolution'
import { convolutionGradients } from './convolution-gradients'
import { depthwise } from './depthwise'
import { fused } from './fused'
import { indexing } from './indexing'
import type { Kernel } from './kernel'
import { matmul } from './matmul'
import { norms } from './norms'
import { pooling } from './pooling'
import { reductions } from './reductions'
import { resize } from './resize'
import { shapes } from './shapes'
import { slicing } from './slicing'
import { unary } from './unary'

export type { Kernel } from './kernel'

export const kernels: ReadonlyMap<string, Kernel> = new Map(
  [
    unary,
    binary,
    reductions,
    constants,
    shapes,
    slicing,
    blocks,
    indexing,
    matmul,
    convolution,
    convolutionGradients,
    depthwise,
    fused,
    pooling,
    resize,
    norms,
  ].flatMap((family) => Object.entries(family)),
)
