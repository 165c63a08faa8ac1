/** The instant encoder and the stock encoder as halves of one embedding: either of length 1, so that cosines of the whole are their mean. */
import { Graph, type Value } from '../engine/graph'
import { between } from '../engine/onnx-model'
import { affine } from './closed-form'
import type { Description } from './describe'
import type { InstantSource } from './instant'
import { patchFeatures, pixelsInput } from './patch-features'
import { stockPlanes, type StockSource, stockValue } from './stock'

export function joinedModel({ features, map }: InstantSource, stock: StockSource, threads: number): Description {
  const graph = new Graph('joined', 'joined_')
  const pixels = pixelsInput(graph, features.size, features.dictionaries[0]!.channels)
  const instant = unitRows(graph, affine(graph, patchFeatures(graph, pixels, features), map))
  stockPlanes(graph, 'images', features.size)
  const behind = new Graph('stock', 'stock_')
  const fitted = unitRows(behind, affine(behind, stockValue(behind, stock.scale), stock.map))
  behind.node('Concat', [instant, fitted], { axis: 1 }, { output: 'embeddings' })
  const columns = map.weights.columns + stock.map.weights.columns
  behind.output('embeddings', 'float32', ['batch', columns])
  return { model: between(stock.file, graph, behind), columns, threads }
}

/** Rows of Euclidean length 1; rows of zeros stay zero. */
function unitRows(graph: Graph, x: Value): Value {
  const length = graph.node('ReduceL2', [x], { axes: [1], keepdims: 1 })
  return graph.node('Div', [x, graph.node('Max', [length, graph.float(1e-8)])])
}
