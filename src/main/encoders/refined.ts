/** The refined encoder as a graph: patch features, of which the instant encoder's map and a small trained network make halves of one embedding. */
import { Graph, type Value } from '../engine/graph'
import type { AffineMap } from './closed-form'
import type { Description } from './describe'
import { patchFeatures, type PatchFeatures, pixelsInput } from './patch-features'

/** Two layers: relu(x · first) · second. */
export interface TwoLayers {
  readonly first: AffineMap
  readonly second: AffineMap
}

export interface Refinement {
  /** From patch features to what the layers take. */
  readonly map: AffineMap
  readonly layers: TwoLayers
}

/** The trained half alone, or behind the instant half: either of length 1, so that cosines of the whole are their mean. */
export function refinedModel(
  features: PatchFeatures,
  { map, layers }: Refinement,
  threads: number,
  instant?: AffineMap,
): Description {
  const graph = new Graph('refined')
  const { channels } = features.dictionaries[0]!
  const value = patchFeatures(graph, pixelsInput(graph, features.size, channels), features)
  const hidden = graph.node('Relu', [affine(graph, affine(graph, value, map), layers.first)])
  const trained = affine(graph, hidden, layers.second)
  const both = instant && [affine(graph, value, instant), trained].map((part) => unitRows(graph, part))
  const whole = both ? graph.node('Concat', both, { axis: 1 }) : trained
  const columns = layers.second.weights.columns + (instant?.weights.columns ?? 0)
  graph.node('Identity', [whole], {}, { output: 'embeddings' })
  graph.output('embeddings', 'float32', ['batch', columns])
  return { model: graph.model(), columns, threads }
}

function affine(graph: Graph, x: Value, { weights, offset }: AffineMap): Value {
  return graph.node('Gemm', [x, graph.float(weights.data, [weights.rows, weights.columns]), graph.float(offset, [offset.length])])
}

/** Rows of Euclidean length 1; rows of zeros stay zero. */
function unitRows(graph: Graph, x: Value): Value {
  const length = graph.node('ReduceL2', [x], { axes: [1], keepdims: 1 })
  return graph.node('Div', [x, graph.node('Max', [length, graph.float(1e-8)])])
}
