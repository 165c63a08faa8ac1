/** The first stage of the instant encoder as an ONNX graph: filter responses, rectified, pooled on a grid, square-rooted. */
import { type Graph, type Value } from '../engine/graph'
import { flatness, type Dictionary } from './dictionary'

export interface PatchFeatures {
  readonly size: number
  readonly dictionaries: readonly Dictionary[]
  /** Pooling grids: [3] pools on 3 × 3 cells, [1, 3] on the whole image too. */
  readonly grids: readonly number[]
  /** Pixels between neighbouring patches. */
  readonly stride: number
  /** What a response must exceed to count. */
  readonly threshold: number
}

/** uint8 [batch, size, size, 3] → float32 [batch, channels, size, size], 0–1; one channel is the mean of the three. */
export function pixelsInput(graph: Graph, size: number, channels: 1 | 3): Value {
  const input = graph.input('images', 'uint8', ['batch', size, size, 3])
  const unit = graph.node('Mul', [graph.node('Cast', [input], { to: 1 }), graph.float(1 / 255)])
  const planes = graph.node('Transpose', [unit], { perm: [0, 3, 1, 2] })
  return channels === 3 ? planes : graph.node('ReduceMean', [planes], { axes: [1], keepdims: 1 })
}

/** float32 [batch, channels, size, size] → [batch, dictionaries' filters × cells]. */
export function patchFeatures(graph: Graph, pixels: Value, features: PatchFeatures): Value {
  const parts = features.dictionaries.map((dictionary) => {
    const responses = responsesOf(graph, pixels, dictionary, features)
    const { patchSize, filters } = dictionary
    const side = responseSide(features.size, patchSize, features.stride)
    const cells = features.grids.reduce((sum, grid) => sum + grid * grid, 0)
    const flat = graph.node('Reshape', [responses, graph.int64([0, filters.rows, side * side])])
    const pooled = graph.node('MatMul', [flat, graph.float(poolingMatrix(side, features.grids), [side * side, cells])])
    return graph.node('Reshape', [graph.node('Sqrt', [pooled]), graph.int64([0, filters.rows * cells])])
  })
  return parts.length === 1 ? parts[0]! : graph.node('Concat', parts, { axis: 1 })
}

export function featureCount({ dictionaries, grids }: PatchFeatures): number {
  const cells = grids.reduce((sum, grid) => sum + grid * grid, 0)
  return dictionaries.reduce((sum, dictionary) => sum + dictionary.filters.rows * cells, 0)
}

/** Patches of one image. */
export function patchCount(size: number, patchSize: number, stride: number): number {
  return responseSide(size, patchSize, stride) ** 2
}

const responseSide = (size: number, patchSize: number, stride: number) => Math.floor((size - patchSize) / stride) + 1

function responsesOf(graph: Graph, pixels: Value, dictionary: Dictionary, features: PatchFeatures): Value {
  const { patchSize, channels, filters, biases } = dictionary
  const strides = [features.stride, features.stride]
  const kernel = [filters.rows, channels, patchSize, patchSize]
  const products = graph.node('Conv', [pixels, graph.float(filters.data, kernel)], { strides })
  const normalized = graph.node('Div', [products, deviation(graph, pixels, dictionary, strides)])
  const shifted = biases.map((bias) => bias - features.threshold)
  return graph.node('Relu', [graph.node('Add', [normalized, graph.float(shifted, [filters.rows, 1, 1])])])
}

/** Standard deviation of the pixels of each patch, [batch, 1, side, side]. */
function deviation(graph: Graph, pixels: Value, { patchSize, channels }: Dictionary, strides: number[]): Value {
  const count = channels * patchSize * patchSize
  const average = graph.float(new Float32Array(count).fill(1 / count), [1, channels, patchSize, patchSize])
  const mean = graph.node('Conv', [pixels, average], { strides })
  const meanSquare = graph.node('Conv', [graph.node('Mul', [pixels, pixels]), average], { strides })
  const variance = graph.node('Sub', [meanSquare, graph.node('Mul', [mean, mean])])
  const positive = graph.node('Max', [variance, graph.float(0)])
  return graph.node('Sqrt', [graph.node('Add', [positive, graph.float(flatness)])])
}

/** Averages over the cells of each grid, [side², cells]; cells overlap where the side is not a multiple, as in adaptive pooling. */
export function poolingMatrix(side: number, grids: readonly number[]): Float32Array {
  const cells = grids.reduce((sum, grid) => sum + grid * grid, 0)
  const weights = new Float32Array(side * side * cells)
  let cell = 0
  for (const grid of grids) {
    for (let row = 0; row < grid; row++) {
      for (let column = 0; column < grid; column++, cell++) {
        const [top, bottom] = cellBounds(row, grid, side)
        const [left, right] = cellBounds(column, grid, side)
        const weight = 1 / ((bottom - top) * (right - left))
        for (let y = top; y < bottom; y++) for (let x = left; x < right; x++) weights[(y * side + x) * cells + cell] = weight
      }
    }
  }
  return weights
}

function cellBounds(index: number, grid: number, side: number): [number, number] {
  return [Math.floor((index * side) / grid), Math.ceil(((index + 1) * side) / grid)]
}
