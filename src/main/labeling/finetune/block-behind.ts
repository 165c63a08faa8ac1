/** A residual block behind an encoder that has no stages of its own to move, such as one found in closed form. */
import { Graph, type Value } from '../../engine/graph'
import type { Matrix } from '../../engine/linear-algebra'
import { withBehind } from '../../engine/onnx-model'
import type { Values } from '../../engine/program'
import { random } from '../../engine/random'
import { float32, type Tensor } from '../../engine/tensor'
import { tf } from '../../engine/tfjs'
import { type Spread, spreadOf } from './spread'
import type { Tail } from './tail'

const hidden = 256
const learningRate = 2e-3

/**
 * x + s · W₂ relu(W₁ (x − m) / s + b), m and s the mean and the deviation of the embeddings: starts as x, since W₂ starts at 0.
 * @param name of the output, which the encoder's graph must not know
 */
export function blockBehind(encoder: Uint8Array, embeddings: Matrix, { name, seed }: { name: string; seed: number }): Tail {
  const dimensions = embeddings.columns
  const spread = spreadOf(embeddings)
  return {
    title: 'a block behind it',
    trunk: encoder,
    features: dimensions,
    weights: startOf(dimensions, seed),
    learningRate,
    apply(x, { first, bias, second }) {
      const inner = tf.matMul(tf.div<tf.Tensor2D>(tf.sub(x, spread.mean), spread.scale), first as tf.Tensor2D)
      const moved = tf.matMul(tf.relu<tf.Tensor2D>(tf.add(inner, bias!)), second as tf.Tensor2D)
      return tf.add(x, tf.mul(moved, spread.scale))
    },
    finish: (weights) =>
      Promise.resolve({ model: withBehind(encoder, (output) => graphOf(weights, spread, output, name)), variables: null }),
  }
}

function startOf(dimensions: number, seed: number): Record<string, Tensor> {
  const draws = random(seed, 0xf1)
  const deviation = Math.sqrt(2 / dimensions)
  return {
    first: float32(
      [dimensions, hidden],
      Float32Array.from({ length: dimensions * hidden }, () => deviation * draws.normal()),
    ),
    bias: float32([hidden], new Float32Array(hidden)),
    second: float32([hidden, dimensions], new Float32Array(hidden * dimensions)),
  }
}

function graphOf({ first, bias, second }: Values, { mean, scale }: Spread, embeddings: Value, name: string): Graph {
  const graph = new Graph(name, `${name}/`)
  const constant = ({ data, shape }: Tensor) => graph.float(data as Float32Array, shape)
  const deviation = graph.float(Float32Array.of(scale), [1])
  const x = graph.node('Div', [graph.node('Sub', [embeddings, graph.float(mean, [mean.length])]), deviation])
  const inner = graph.node('Relu', [graph.node('Add', [graph.node('MatMul', [x, constant(first!)]), constant(bias!)])])
  const moved = graph.node('Mul', [graph.node('MatMul', [inner, constant(second!)]), deviation])
  graph.output(graph.node('Add', [embeddings, moved], {}, { output: name }), 'float32', ['batch', mean.length])
  return graph
}
