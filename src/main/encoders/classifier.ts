/** Finds what a classifier looks at: the features before its last layer tell more of an image than the classes it was trained for. */
import type { Maker } from '../engine/onnx-model'

/** Classes of ImageNet, with and without a class for the background, and of its larger version. */
const usualClasses = new Set([1000, 1001, 21841, 21843])
/** What stands between the last layer and the output, and changes neither number nor order of the classes. */
const passing = new Set(
  'Softmax LogSoftmax Sigmoid Identity Reshape Flatten Squeeze Dropout Relu Clip Cast GlobalAveragePool AveragePool ReduceMean'.split(
    ' ',
  ),
)
const probabilities = new Set(['Softmax', 'LogSoftmax'])
const layers = new Set(['Gemm', 'MatMul', 'Conv'])

/**
 * The value that the last layer of a classifier reads; null where the output is none of classes: neither probabilities nor as many
 * numbers as ImageNet has classes.
 */
export function featuresBefore(output: string, dimensions: number, makers: ReadonlyMap<string, Maker>): string | null {
  let isClassifier = usualClasses.has(dimensions)
  let value = output
  for (let maker = makers.get(value); maker; maker = makers.get(value)) {
    isClassifier ||= probabilities.has(maker.operator)
    if (layers.has(maker.operator)) return isClassifier ? maker.inputs[0]! : null
    // Biases are constants, which nothing makes.
    const read = maker.operator === 'Add' ? maker.inputs.find((input) => makers.has(input)) : maker.inputs[0]
    if (read === undefined || (maker.operator !== 'Add' && !passing.has(maker.operator))) return null
    value = read
  }
  return null
}
