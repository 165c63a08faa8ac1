/** Encoders side by side as one embedding: parts of length 1, so that cosines of the whole are the mean of theirs, but for a network that counts for more. */
import { Graph, type Value } from '../engine/graph'
import { besides, between, portsOf, withBehind } from '../engine/onnx-model'
import { affine, type AffineMap } from './closed-form'
import type { Description } from './describe'
import type { InstantSource } from './instant'
import { patchFeatures, pixelsInput } from './patch-features'
import { stockPlanes, type StockSource, stockValue } from './stock'

/** The instant encoder and the stock encoder. */
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

/**
 * An encoder, and a network's values behind an affine map of length 1 as one part more.
 * @param length that what the encoder says is brought to: squared, how much it counts in cosines beside the network
 * @param network ONNX: `images` → one output, which the encoder's graph must not name
 */
export function withNetwork(encoder: Description, length: number, network: Uint8Array, map: AffineMap): Description {
  const behind = new Graph('parts', 'parts_')
  const learned = unitRows(behind, affine(behind, portsOf(network).outputs[0]!.name, map))
  const before = behind.node('Mul', [unitRows(behind, portsOf(encoder.model).outputs[0]!.name), behind.float(length)])
  behind.node('Concat', [before, learned], { axis: 1 }, { output: 'parts' })
  const columns = encoder.columns + map.weights.columns
  behind.output('parts', 'float32', ['batch', columns])
  return { ...encoder, model: besides(encoder.model, network, behind), columns }
}

/** A network's values behind an affine map, as a model of its own. */
export function withMap(network: Uint8Array, map: AffineMap): Uint8Array {
  return withBehind(network, (output) => {
    const behind = new Graph('mapped', 'mapped_')
    behind.node('Identity', [affine(behind, output, map)], {}, { output: 'mapped' })
    behind.output('mapped', 'float32', ['batch', map.weights.columns])
    return behind
  })
}

/** Rows of Euclidean length 1; rows of zeros stay zero. */
export function unitRows(graph: Graph, x: Value): Value {
  const length = graph.node('ReduceL2', [x], { axes: [1], keepdims: 1 })
  return graph.node('Div', [x, graph.node('Max', [length, graph.float(1e-8)])])
}
