/** Normalisation with given moments, and the fused forms that layers use where they exist. */
import type { Emitter } from '../trace/emitter'
import { filled } from '../trace/emitter'
import { Traced } from '../trace/traced'
import type { Inputs, KernelFamily } from './kernel'

/** Kernels of the engine's own, run by layers when the current backend has them. */
export const FUSED_LAYER_NORM = 'FusedLayerNorm'
export const FUSED_BATCH_NORM = 'FusedBatchNormTraining'
export const FUSED_GELU = 'FusedGelu'

type BatchNorm = Inputs<'x' | 'mean' | 'variance'> & Partial<Inputs<'offset' | 'scale'>>

const FusedBatchNorm = (
  emit: Emitter,
  { x, mean, variance, offset, scale }: BatchNorm,
  attributes: { varianceEpsilon: number },
) => {
  const channels = [x.shape.at(-1)!]
  const [perChannel, epsilon] = [[mean, variance, offset, scale], { float: attributes.varianceEpsilon }]
  if (x.shape.length === 4 && perChannel.every((value) => !value || value.size === channels[0])) {
    const flat = (value: Traced) => emit.whole(emit.reshaped(value, channels))
    const [gain, shift] = [scale ?? filled('float32', channels, 1), offset ?? filled('float32', channels, 0)]
    const inputs = [emit.channelsFirst(x, true), flat(gain), flat(shift), flat(mean), flat(variance)]
    return new Traced(x.shape, 'float32', { channelsFirst: emit.node('BatchNormalization', inputs, { epsilon }) })
  }
  const spread = emit.unary(variance, (value) =>
    emit.node('Sqrt', [emit.node('Add', [value, emit.float(attributes.varianceEpsilon)])]),
  )
  const operator = (op: string) => (a: string, b: string) => emit.node(op, [a, b])
  let result = emit.binary(emit.binary(x, mean, operator('Sub')), spread, operator('Div'))
  if (scale) result = emit.binary(result, scale, operator('Mul'))
  return offset ? emit.binary(result, offset, operator('Add')) : result
}

type TrainedNorm = Inputs<'x' | 'scale' | 'offset'>

/** By the moments of the batch, over all axes but the last of four; answers the value and those moments. */
const FusedBatchNormTraining = (emit: Emitter, { x, scale, offset }: TrainedNorm, { epsilon }: { epsilon: number }) => {
  const channels = x.shape.at(-1)!
  const [input, gain, shift] = [emit.channelsFirst(x, true), emit.whole(scale), emit.whole(offset)]
  const float = { float: epsilon }
  const answer = (channelsFirst: string, mean: string, variance: string) => [
    new Traced(x.shape, 'float32', { channelsFirst }),
    new Traced([channels], 'float32', { logical: mean }),
    new Traced([channels], 'float32', { logical: variance }),
  ]
  if (!emit.portable) {
    // ONNX Runtime writes the new moments over the old ones, so those must be no value that anything else could share.
    const pixel = emit.reshape(emit.slice(input, [0, 0, 0], [1, 1, 1], [0, 2, 3]), [channels])
    const own = [1, 2].map(() => emit.node('Mul', [pixel, emit.float(emit.graph.nodes.length)]))
    const attributes = { epsilon: float, training_mode: 1, momentum: { float: 0 } }
    const outputs = emit.nodes('BatchNormalization', [input, gain, shift, ...own], 3, attributes)
    return answer(...(outputs as [string, string, string]))
  }
  const average = (value: string) => emit.node('ReduceMean', [value], { axes: [0, 2, 3], keepdims: 0 })
  const mean = average(input)
  const square = average(emit.node('Mul', [input, input]))
  const variance = emit.node('Sub', [square, emit.node('Mul', [mean, mean])])
  return answer(emit.node('BatchNormalization', [input, gain, shift, mean, variance], { epsilon: float }), mean, variance)
}

type LayerNorm = Inputs<'x' | 'scale' | 'offset'>

/** Answers the normalised value, its mean and the inverse of its standard deviation. */
const FusedLayerNorm = (emit: Emitter, { x, scale, offset }: LayerNorm, { epsilon }: { epsilon: number }) => {
  const inputs = [emit.whole(x), emit.whole(scale), emit.whole(offset)]
  const outputs = emit.nodes('LayerNormalization', inputs, 3, { axis: -1, epsilon: { float: epsilon } })
  const moments = [...x.shape.slice(0, -1), 1]
  return outputs.map((logical, at) => new Traced(at === 0 ? x.shape : moments, 'float32', { logical }))
}

/** x · Φ(x), exact. */
const FusedGelu = (emit: Emitter, { x }: Inputs<'x'>) =>
  emit.unary(x, (value) => {
    if (!emit.portable) return emit.contrib('Gelu', [value])
    const erf = emit.node('Erf', [emit.node('Mul', [value, emit.float(Math.SQRT1_2)])])
    return emit.node('Mul', [emit.node('Mul', [value, emit.float(0.5)]), emit.node('Add', [erf, emit.float(1)])])
  })

export const norms: KernelFamily = {
  FusedBatchNorm,
  [FUSED_BATCH_NORM]: FusedBatchNormTraining,
  [FUSED_LAYER_NORM]: FusedLayerNorm,
  [FUSED_GELU]: FusedGelu,
}
