import { expect, it } from 'vitest'
import { exportForward } from '../engine/forward'
import { dense } from '../engine/layers/dense'
import { Blueprint } from '../engine/layers/network'
import { matrix } from '../engine/linear-algebra'
import { tf } from '../engine/tfjs'
import { embedAll } from './embed'
import { withMap, withNetwork } from './joined'
import { shapes } from './shapes.fixture'

const side = 8
const { images } = shapes(12, side, 'colour')

/** A random linear map of the pixels. */
function linear(seed: number, dimensions: number, output: string, prefix: string): Promise<Uint8Array> {
  const plan = new Blueprint(seed)
  const layer = dense(plan, 'map', { from: side * side * 3, to: dimensions })
  return exportForward(
    (variables, { images: x }) => ({
      [output]: layer(tf.reshape(x!, [x!.shape[0], -1]), { variables, training: false, renewed: {} }),
    }),
    { variables: plan.weights, inputs: { images: { shape: [side, side, 3], type: 'uint8' } }, prefix },
  )
}

it('a network joins as a part of length 1 behind the others, which count as they are told to', async () => {
  const encoder = await linear(1, 5, 'embeddings', 'first_')
  const network = await linear(2, 4, 'network', 'network_')
  const weights = matrix(
    4,
    3,
    Float32Array.from({ length: 12 }, (_, at) => Math.sin(at)),
  )
  const map = { weights, offset: Float32Array.of(1, -2, 3) }
  const { model, columns } = withNetwork({ model: encoder, columns: 5, threads: 1 }, Math.SQRT2, network, map)
  expect(columns).toBe(8)
  const all = [model, encoder, network, withMap(network, map)].map((each) => embedAll(each, images, 1))
  const [joined, first, raw, mapped] = await Promise.all(all)
  const row = (data: Float32Array, of: number, at: number) => data.subarray(of * at, of * (at + 1))
  const unit = (values: Float32Array) => Array.from(values, (value) => value / Math.hypot(...values))
  for (let at = 0; at < images.count; at++) {
    const values = row(raw!, 4, at)
    const expected = [0, 1, 2].map((to) =>
      values.reduce((sum, value, of) => sum + value * weights.data[of * 3 + to]!, map.offset[to]!),
    )
    row(mapped!, 3, at).forEach((value, to) => expect(value).toBeCloseTo(expected[to]!, 2))
    const parts = [...unit(row(first!, 5, at)).map((value) => value * Math.SQRT2), ...unit(row(mapped!, 3, at))]
    row(joined!, 8, at).forEach((value, to) => expect(value).toBeCloseTo(parts[to]!, 4))
  }
})
