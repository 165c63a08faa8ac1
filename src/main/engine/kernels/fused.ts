/** tfjs' fused operations: a product or convolution, a bias, an activation. */
import type { Emitter } from '../trace/emitter'
import type { Traced } from '../trace/traced'
import { binary } from './binary'
import { convolution } from './convolution'
import { depthwise } from './depthwise'
import type { Inputs, Kernel, KernelFamily } from './kernel'
import { matmul } from './matmul'
import { unary } from './unary'

type Written = (emit: Emitter, inputs: object, attributes: object) => Traced
const call = (kernel: Kernel | undefined) => kernel as unknown as Written

const activations: Record<string, string> = {
  relu: 'Relu',
  relu6: 'Relu6',
  elu: 'Elu',
  sigmoid: 'Sigmoid',
  leakyrelu: 'LeakyRelu',
}

type Rest = Partial<Inputs<'bias' | 'preluActivationWeights'>>
type Activation = { activation?: string; leakyreluAlpha?: number }

const fusing =
  (kernel: Kernel): Kernel =>
  (emit: Emitter, { bias, preluActivationWeights: alpha, ...inputs }: Rest, attributes: Activation) => {
    const { activation = 'linear', leakyreluAlpha } = attributes
    const product = call(kernel)(emit, inputs, attributes)
    const x = bias ? call(binary['Add'])(emit, { a: product, b: bias }, {}) : product
    if (activation === 'linear') return x
    if (activation === 'prelu') return call(binary['Prelu'])(emit, { x, alpha }, {})
    const name = activations[activation]
    if (name === undefined) throw new RangeError(`no such activation: ${activation}`)
    return call(unary[name])(emit, { x }, { alpha: leakyreluAlpha ?? 0.2 })
  }

export const fused: KernelFamily = {
  FusedConv2D: fusing(convolution['Conv2D']!),
  FusedDepthwiseConv2D: fusing(depthwise['DepthwiseConv2dNative']!),
  _FusedMatMul: fusing(matmul['BatchMatMul']!),
}
