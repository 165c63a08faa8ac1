/** Normalisation with given moments, and the fused forms that layers use where they exist. */
import type { Emitter } from '../trace/emitter'
import { filled } from '../trace/emitter'
import { Traced } from '../trace/traced'
import type { Inputs, KernelFamily } from './kernel'

/** Kernels of the engine's own, run by layers when the current backend has them. */
export const FUSED_LAYER_NORM = 'FusedLayerNorm'
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

export const norms: KernelFamily = { FusedBatchNorm, [FUSED_LAYER_NORM]: FusedLayerNorm, [FUSED_GELU]: FusedGelu }
