/** Three steps of the encoder that runs train, in its sizes and with every optimizer: compiled against eager on tfjs' CPU backend. */
import { describe, expect, it } from 'vitest'
import type { Blueprint } from '../engine/layers/network'
import { differences, optimizers } from '../engine/training/three-steps.fixture'
import { residualEncoder } from './residual'

/**
 * Side of the images, their number, widths and blocks; the wider at a smaller grid, since the CPU backend is slow, the widest with more images, since
 * few values normalised by each other round worse.
 */
const sizes = {
  nano: [16, 1, { widths: [24, 48, 96] }],
  small: [8, 2, { widths: [64, 128, 256], blocks: [0, 1, 1] }],
  base: [8, 4, { widths: [112, 224, 448] }],
} as const

describe.each(Object.entries(sizes))('%s', (_, [side, batch, network]) => {
  it.each(Object.entries(optimizers))('three steps of %s', async (_name, optimizer) => {
    const build = (plan: Blueprint) => residualEncoder(plan, { size: side, ...network })
    const { trained, state } = await differences({ build, batch, side, optimizer })
    expect(trained).toBeLessThan(1e-5)
    expect(state).toBeLessThan(1e-3)
  })
})
