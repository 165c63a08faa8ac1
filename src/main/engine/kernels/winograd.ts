/**
 * 3×3 convolutions by Winograd's minimal filtering F(2×2, 3×3) (Lavin & Gray 2016, section 4): 16 multiplications where the sum over taps has 36.
 * Pixels come first, so that every transform of tiles is a product with a small constant matrix, which knows edges and paddings:
 * [rows, columns, batch, channels] → [16 places of a transformed tile, tile rows · tile columns · batch, channels].
 */
import type { Value } from '../graph'
import type { Emitter } from '../trace/emitter'
import { Traced } from '../trace/traced'
import { isDense, type Geometry } from './geometry'

type Matrix = readonly (readonly number[])[]

/** Bᵀ, G and Aᵀ of the paper: of four inputs, of three taps, to two outputs. */
const ofInputs: Matrix = [
  [1, 0, -1, 0],
  [0, 1, 1, 0],
  [0, -1, 1, 0],
  [0, 1, 0, -1],
]
const ofTaps: Matrix = [
  [1, 0, 0],
  [0.5, 0.5, 0.5],
  [0.5, -0.5, 0.5],
  [0, 0, 1],
]
const toOutputs: Matrix = [
  [1, 1, 1, 0],
  [0, 1, -1, -1],
]

/** [16, 9]: columns of tiles before rows, rows of taps before columns. */
const placesOfTaps: Matrix = ofTaps.flatMap((columns) => ofTaps.map((rows) => rows.flatMap((x) => columns.map((y) => x * y))))

/** Channels from which fewer multiplications make up for the transforms, as measured. */
const FEWEST_CHANNELS = 64

/** Exported files and GPUs keep the operator. */
export const isWinograd = (emit: Emitter, geometry: Geometry): boolean =>
  !emit.portable &&
  isDense(geometry) &&
  geometry.kernel.every((side) => side === 3) &&
  geometry.dilation.every((step) => step === 1) &&
  Math.min(geometry.from, geometry.to) >= FEWEST_CHANNELS

const tilesOf = ({ output }: Geometry) => output.map((side) => Math.ceil(side / 2)) as [number, number]

export interface Taps {
  /** [16, in, out], or [16, out, in] when `swapped`. */
  weights: Value
  swapped: boolean
}

export function filtered(emit: Emitter, x: Traced, { weights, swapped }: Taps, geometry: Geometry): Traced {
  const { batch, to, output } = geometry
  const [tall, wide] = tilesOf(geometry)
  const seen = inputTiles(emit, x, geometry)
  const product = swapped ? emit.contrib('FusedMatMul', [seen, weights], { transB: 1 }) : emit.node('MatMul', [seen, weights])
  const [rows, columns] = output.map((side) => matrix(emit, outputsFrom(side))) as [Value, Value]
  const upright = emit.node('MatMul', [rows, emit.reshape(product, [4, 4 * tall, wide * batch * to])])
  const rowsFirst = emit.transpose(emit.reshape(upright, [4, output[0], wide * batch * to]), [1, 0, 2])
  const pixels = emit.node('MatMul', [columns, emit.reshape(rowsFirst, [output[0], 4 * wide, batch * to])])
  // As `Transpose` the runtime's optimizer would merge this with the reshapes around it into a general one, which is seven times slower.
  const pixelsLast = emit.node('Einsum', [emit.reshape(pixels, [output[0] * output[1], batch, to])], { equation: 'pnc->ncp' })
  return new Traced([batch, ...output, to], 'float32', { channelsFirst: emit.reshape(pixelsLast, [batch, to, ...output]) })
}

/** Of a filter HWIO; those `turned` around are what the gradient of the input is convolved with. */
export function tapsTransformed(emit: Emitter, filter: Traced, turned = false): Taps {
  const [, , from, to] = filter.shape as [number, number, number, number]
  const rows = turned ? placesOfTaps.map((row) => row.toReversed()) : placesOfTaps
  const product = emit.node('MatMul', [matrix(emit, rows), emit.reshape(emit.whole(filter), [9, from * to])])
  return { weights: emit.reshape(product, [16, from, to]), swapped: turned }
}

/** The gradient of the filter, [9 · in, out]. */
export function filterGradient(emit: Emitter, x: Traced, dy: Traced, geometry: Geometry): Value {
  const { batch, from, to, output } = geometry
  const back = output.map((side) => transposed(outputsFrom(side))) as [Matrix, Matrix]
  const gradient = spread(emit, pixelsFirst(emit, dy), back, batch, to)
  const product = emit.contrib('FusedMatMul', [inputTiles(emit, x, geometry), gradient], { transA: 1 })
  const taps = emit.node('MatMul', [matrix(emit, transposed(placesOfTaps)), emit.reshape(product, [16, from * to])])
  return emit.reshape(taps, [9 * from, to])
}

/** One value for the convolution and the gradient of its filter. */
function inputTiles(emit: Emitter, x: Traced, { batch, from, input, output, pads }: Geometry): Value {
  const cut = [0, 1].map((axis) => tilesFrom(input[axis]!, output[axis]!, pads[axis]!)) as [Matrix, Matrix]
  const pixels = pixelsFirst(emit, x)
  return emit.once(`tiles of ${pixels} ${pads.join()}`, () => spread(emit, pixels, cut, batch, from))
}

/** [rows · columns, batch · channels] by one matrix along columns and one along rows: [16, tiles · batch, channels]. */
function spread(emit: Emitter, pixels: Value, [rows, columns]: [Matrix, Matrix], batch: number, channels: number): Value {
  const [height, width, rest] = [rows[0]!.length, columns[0]!.length, batch * channels]
  const [tall, wide] = [rows.length / 4, columns.length / 4]
  const across = emit.node('MatMul', [matrix(emit, columns), emit.reshape(pixels, [height, width, rest])])
  const placesFirst = emit.transpose(emit.reshape(across, [height, 4, wide * rest]), [1, 0, 2])
  const both = emit.node('MatMul', [matrix(emit, rows), placesFirst])
  return emit.reshape(both, [16, tall * wide * batch, channels])
}

/** [rows · columns, batch · channels] */
function pixelsFirst(emit: Emitter, x: Traced): Value {
  const [batch, height, width, channels] = x.shape as [number, number, number, number]
  const [pixels, rest] = [height * width, batch * channels]
  if (x.channelsFirst !== undefined && x.isWhole) {
    const { channelsFirst } = x
    return emit.once(`pixels first ${channelsFirst}`, () => emit.transpose(emit.reshape(channelsFirst, [rest, pixels]), [1, 0]))
  }
  const value = emit.whole(x)
  return emit.once(`pixels first ${value}`, () => emit.transpose(emit.reshape(value, [batch, pixels, channels]), [1, 0, 2]))
}

/** [4 · tiles, input]: place i of tile t is row 4… of the transformed inputs 2t − pad … 2t − pad + 3. */
function tilesFrom(input: number, output: number, pad: number): Matrix {
  const tiles = Math.ceil(output / 2)
  return ofInputs.flatMap((weights) =>
    Array.from({ length: tiles }, (_, tile) => Array.from({ length: input }, (__, at) => weights[at - 2 * tile + pad] ?? 0)),
  )
}

/** [output, 4 · tiles] */
function outputsFrom(output: number): Matrix {
  const tiles = Math.ceil(output / 2)
  return Array.from({ length: output }, (_, at) =>
    toOutputs[at % 2]!.flatMap((weight) => Array.from({ length: tiles }, (__, tile) => (tile === at >> 1 ? weight : 0))),
  )
}

const transposed = (a: Matrix): Matrix => a[0]!.map((_, column) => a.map((row) => row[column]!))

function matrix(emit: Emitter, rows: Matrix): Value {
  const values = rows.flat()
  return emit.once(`matrix ${rows.length} ${values.join()}`, () => emit.graph.float(values, [rows.length, rows[0]!.length]))
}
