/** Pixels of a small version of the image, as a graph. */
import type { Graph, Value } from '../engine/graph'
import { pixelsInput } from './patch-features'

/** Images are averaged down to this side at least, px: as good for nearest neighbours as more pixels, measured on seven sets. */
const side = 16

export interface Thumbnail {
  /** float32 [batch, features], 0–1. */
  readonly value: Value
  readonly features: number
}

export function thumbnail(graph: Graph, size: number, channels: 1 | 3): Thumbnail {
  const input = pixelsInput(graph, size, channels)
  const step = Math.max(1, Math.floor(size / side))
  const pooled = step === 1 ? input : graph.node('AveragePool', [input], { kernel_shape: [step, step], strides: [step, step] })
  const features = channels * Math.floor(size / step) ** 2
  return { value: graph.node('Reshape', [pooled, graph.int64([0, features])]), features }
}

/** Declares `value` as the encoder's output. */
export function embeddingsOutput(graph: Graph, value: Value, dimensions: number): void {
  graph.node('Identity', [value], {}, { output: 'embeddings' })
  graph.output('embeddings', 'float32', ['batch', dimensions])
}
