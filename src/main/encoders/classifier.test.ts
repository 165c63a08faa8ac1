import { expect, it } from 'vitest'
import { Graph } from '../engine/graph'
import { makersOf } from '../engine/onnx-model'
import { featuresBefore } from './classifier'

function makers(build: (graph: Graph) => string) {
  const graph = new Graph('theirs')
  graph.output(build(graph), 'float32')
  return makersOf(graph.model())
}
const features = (graph: Graph) => graph.node('Relu', [graph.input('x', 'float32', ['n', 8])], {}, { output: 'features' })
const weights = (graph: Graph, to: number) => graph.float(new Float32Array(8 * to), [8, to])

it('of a classifier by what its last layer reads, with and without bias and probabilities', () => {
  const gemm = makers((graph) => graph.node('Gemm', [features(graph), weights(graph, 1000)], {}, { output: 'logits' }))
  expect(featuresBefore('logits', 1000, gemm)).toBe('features')
  const added = makers((graph) => {
    const product = graph.node('MatMul', [features(graph), weights(graph, 7)])
    return graph.node('Softmax', [graph.node('Add', [product, graph.float(new Float32Array(7))])], {}, { output: 'classes' })
  })
  expect(featuresBefore('classes', 7, added)).toBe('features')
})

it('of one whose last layer is a convolution', () => {
  const convolutional = makers((graph) => {
    const map = graph.node('Relu', [graph.input('x', 'float32', ['n', 8, 5, 5])], {}, { output: 'map' })
    const scores = graph.node('Conv', [map, graph.float(new Float32Array(8 * 1000), [1000, 8, 1, 1])])
    return graph.node('Flatten', [graph.node('GlobalAveragePool', [scores])], {}, { output: 'scores' })
  })
  expect(featuresBefore('scores', 1000, convolutional)).toBe('map')
})

it('leaves projections, features and unknown endings as they are', () => {
  const projected = makers((graph) => graph.node('MatMul', [features(graph), weights(graph, 512)], {}, { output: 'projected' }))
  expect(featuresBefore('projected', 512, projected)).toBeNull()
  expect(featuresBefore('features', 1000, projected)).toBeNull()
  const scaled = makers((graph) => {
    const product = graph.node('MatMul', [features(graph), weights(graph, 1000)])
    return graph.node('Mul', [product, product], {}, { output: 'scaled' })
  })
  expect(featuresBefore('scaled', 1000, scaled)).toBeNull()
})
