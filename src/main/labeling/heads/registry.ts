/** Heads that cross-validation chooses from. The first is taken unless another is clearly better. */
import { blendHead } from './blend'
import type { Head } from './head'
import { mlpHead } from './mlp'
import { prototypeHead } from './prototype'
import { softmaxHead } from './softmax'
import { spreadHead } from './spread'

export const heads: readonly Head[] = [blendHead, spreadHead, softmaxHead, prototypeHead, mlpHead]
