/** Three steps of each measured network, made small, with every optimizer: compiled against eager on tfjs' CPU backend. */
import { describe, expect, it } from 'vitest'
import type { Blueprint, Layer } from '../../src/main/engine/layers/network'
import { chain } from '../../src/main/engine/layers/network'
import { tf } from '../../src/main/engine/tfjs'
import { differences, optimizers } from '../../src/main/engine/training/three-steps.fixture'
import { convnext, resnet, vit } from './networks'

const centred: Layer = (x) => tf.div(tf.sub(x, 127.5), 64)
const [batch, side] = [3, 16]
const small: Record<string, (plan: Blueprint) => Layer> = {
  resnet: (plan) => resnet(plan, [4, 8, 12]),
  convnext: (plan) => convnext(plan, [8, 12]),
  vit: (plan) => vit(plan, { side, patch: 8, width: 12, depth: 2, heads: 3 }),
}

describe.each(Object.entries(small))('%s', (name, build) => {
  // The true gradient of a key's bias is zero: Adam makes steps of the rounding that is left of it, so attention is compared by SGD.
  const comparable = Object.entries(optimizers).filter(([optimizer]) => name !== 'vit' || optimizer === 'sgd')
  it.each(comparable)('three steps of %s', async (_, optimizer) => {
    const { trained, state } = await differences({ build: (plan) => chain(centred, build(plan)), batch, side, optimizer })
    expect(trained).toBeLessThan(1e-5)
    expect(state).toBeLessThan(1e-3)
  })
})
