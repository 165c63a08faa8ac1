/** Heads that cross-validation chooses from; on a tie the first wins. */
import type { Head } from './head'
import { softmaxHead } from './softmax'
import { spreadHead } from './spread'

export const heads: readonly Head[] = [spreadHead, softmaxHead]
