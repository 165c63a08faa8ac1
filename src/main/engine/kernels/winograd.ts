/**
 * 3×3 convolutions by Winograd's minimal filtering F(m×m, 3×3) (Lavin & Gray 2016, section 4): (m + 2)² multiplications where the sum over taps has 9 m².
 * Pixels come first, so that every transform of tiles is a product with a small constant matrix, which knows edges and paddings:
 * [rows, columns, batch, channels] → [(m + 2)² places of a transformed tile, tile rows · tile columns · batch, channels].
 */
import type { Value } from '../graph'
import type { Emitter } from '../trace/emitter'
import { Traced } from '../trace/traced'
import { isDense, type Geometry } from './geometry'

type Matrix = readonly (readonly number[])[]

interface Filtering {
  /** m: outputs of a tile along a side. */
  outputs: number
  /** Bᵀ, G and Aᵀ of the paper: of m + 2 inputs, of three taps, to m outputs. */
  ofInputs: Matrix
  ofTaps: Matrix
  toOutputs: Matrix
  /** [(m + 2)², 9]: columns of tiles before rows, rows of taps before columns. */
  placesOfTaps: Matrix
}

/**
 * The products of two polynomials by their values at `points` and at infinity (Toom & Cook; Lavin & Gray 2016, section 4.1), transposed to filtering:
 * m = points − 1.
 */
function filteringBy(points: readonly number[]): Filtering {
  const outputs = points.length - 1
  const others = points.map((_, at) => points.toSpliced(at, 1))
  const ofInputs = [...others.map((rest) => [...coefficients(rest), 0]), coefficients(points)]
  const ofTaps = [
    ...points.map((x, at) => [1, x, x * x].map((power) => power / product(others[at]!.map((y) => x - y)))),
    [0, 0, 1],
  ]
  const toOutputs = Array.from({ length: outputs }, (_, power) => [
    ...points.map((x) => x ** power),
    power === outputs - 1 ? 1 : 0,
  ])
  const placesOfTaps = ofTaps.flatMap((columns) => ofTaps.map((rows) => rows.flatMap((x) => columns.map((y) => x * y))))
  return { outputs, ofInputs, ofTaps, toOutputs, placesOfTaps }
}

const product = (factors: readonly number[]) => factors.reduce((all, factor) => all * factor, 1)

/** Of the polynomial with these roots, the constant first. */
const coefficients = (roots: readonly number[]) =>
  roots.reduce<number[]>((sum, root) => [...sum, 0].map((each, at) => (sum[at - 1] ?? 0) - root * each), [1])

/** F(2×2, 3×3), and F(4×4, 3×3) at the points with the least rounding: three times that of the former, where 1, −1, 2 and −2 have six times. */
const filterings = [filteringBy([0, 1, -1]), filteringBy([0, 2 / 3, -2 / 3, 3 / 2, -3 / 2])]

/** With the fewest multiplications. */
function filteringOf({ output }: Geometry): Filtering {
  const multiplications = ({ outputs }: Filtering) => product(output.map((side) => Math.ceil(side / outputs) * (outputs + 2)))
  return filterings.reduce((best, each) => (multiplications(each) < multiplications(best) ? each : best))
}

/** Channels from which fewer multiplications make up for the transforms, as measured. */
const FEWEST_CHANNELS = 64

/** Exported files and GPUs keep the operator. */
export const isWinograd = (emit: Emitter, geometry: Geometry): boolean =>
  !emit.portable &&
  isDense(geometry) &&
  geometry.kernel.every((side) => side === 3) &&
  geometry.dilation.every((step) => step === 1) &&
  Math.min(geometry.from, geometry.to) >= FEWEST_CHANNELS

export interface Taps {
  /** [places, in, out], or [places, out, in] when `swapped`. */
  weights: Value
  swapped: boolean
}

export function filtered(emit: Emitter, x: Traced, { weights, swapped }: Taps, geometry: Geometry): Traced {
  const { batch, to, output } = geometry
  const filtering = filteringOf(geometry)
  const [high, wide] = output.map((side) => outputsFrom(side, filtering)) as [Matrix, Matrix]
  const seen = inputTiles(emit, x, geometry)
  const places = swapped ? emit.contrib('FusedMatMul', [seen, weights], { transB: 1 }) : emit.node('MatMul', [seen, weights])
  const [side, tall, across] = [filtering.outputs + 2, high[0]!.length, wide[0]!.length]
  const upright = emit.node('MatMul', [matrix(emit, high), emit.reshape(places, [side, tall, (across / side) * batch * to])])
  const rowsFirst = emit.transpose(emit.reshape(upright, [side, output[0], (across / side) * batch * to]), [1, 0, 2])
  const pixels = emit.node('MatMul', [matrix(emit, wide), emit.reshape(rowsFirst, [output[0], across, batch * to])])
  // As `Transpose` the runtime's optimizer would merge this with the reshapes around it into a general one, which is seven times slower.
  const pixelsLast = emit.node('Einsum', [emit.reshape(pixels, [output[0] * output[1], batch, to])], { equation: 'pnc->ncp' })
  return new Traced([batch, ...output, to], 'float32', { channelsFirst: emit.reshape(pixelsLast, [batch, to, ...output]) })
}

/** Of a filter HWIO; those `turned` around are what the gradient of the input is convolved with. */
export function tapsTransformed(emit: Emitter, filter: Traced, geometry: Geometry, turned = false): Taps {
  const [, , from, to] = filter.shape as [number, number, number, number]
  const { placesOfTaps } = filteringOf(geometry)
  const rows = turned ? placesOfTaps.map((row) => row.toReversed()) : placesOfTaps
  const transformed = emit.node('MatMul', [matrix(emit, rows), emit.reshape(emit.whole(filter), [9, from * to])])
  return { weights: emit.reshape(transformed, [rows.length, from, to]), swapped: turned }
}

/** The gradient of the filter, [9 · in, out]. */
export function filterGradient(emit: Emitter, x: Traced, dy: Traced, geometry: Geometry): Value {
  const { batch, from, to, output } = geometry
  const filtering = filteringOf(geometry)
  const back = output.map((side) => transposed(outputsFrom(side, filtering))) as [Matrix, Matrix]
  const gradient = spread(emit, pixelsFirst(emit, dy), back, [filtering, batch, to])
  const places = emit.contrib('FusedMatMul', [inputTiles(emit, x, geometry), gradient], { transA: 1 })
  const back9 = transposed(filtering.placesOfTaps)
  const taps = emit.node('MatMul', [matrix(emit, back9), emit.reshape(places, [back9[0]!.length, from * to])])
  return emit.reshape(taps, [9 * from, to])
}

/** One value for the convolution and the gradient of its filter. */
function inputTiles(emit: Emitter, x: Traced, geometry: Geometry): Value {
  const { batch, from, input, output, pads } = geometry
  const filtering = filteringOf(geometry)
  const cut = [0, 1].map((axis) => tilesFrom(input[axis]!, output[axis]!, pads[axis]!, filtering)) as [Matrix, Matrix]
  const pixels = pixelsFirst(emit, x)
  return emit.once(`tiles of ${pixels} ${output.join()} ${pads.join()}`, () =>
    spread(emit, pixels, cut, [filtering, batch, from]),
  )
}

/** [rows · columns, batch · channels] by one matrix along columns and one along rows: [places, tiles · batch, channels]. */
function spread(
  emit: Emitter,
  pixels: Value,
  [rows, columns]: [Matrix, Matrix],
  [{ outputs }, batch, channels]: [Filtering, number, number],
): Value {
  const side = outputs + 2
  const [height, width, rest] = [rows[0]!.length, columns[0]!.length, batch * channels]
  const [tall, wide] = [rows.length / side, columns.length / side]
  const across = emit.node('MatMul', [matrix(emit, columns), emit.reshape(pixels, [height, width, rest])])
  const placesFirst = emit.transpose(emit.reshape(across, [height, side, wide * rest]), [1, 0, 2])
  const both = emit.node('MatMul', [matrix(emit, rows), placesFirst])
  return emit.reshape(both, [side * side, tall * wide * batch, channels])
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

/** [(m + 2) · tiles, input]: place i of tile t is row i of the transform, of the inputs m t − pad … m t − pad + m + 1. */
function tilesFrom(input: number, output: number, pad: number, { outputs, ofInputs }: Filtering): Matrix {
  const tiles = Math.ceil(output / outputs)
  return ofInputs.flatMap((weights) =>
    Array.from({ length: tiles }, (_, tile) =>
      Array.from({ length: input }, (__, at) => weights[at - outputs * tile + pad] ?? 0),
    ),
  )
}

/** [output, (m + 2) · tiles] */
function outputsFrom(output: number, { outputs, toOutputs }: Filtering): Matrix {
  const tiles = Math.ceil(output / outputs)
  return Array.from({ length: output }, (_, at) =>
    toOutputs[at % outputs]!.flatMap((weight) =>
      Array.from({ length: tiles }, (__, tile) => (tile === Math.floor(at / outputs) ? weight : 0)),
    ),
  )
}

const transposed = (a: Matrix): Matrix => a[0]!.map((_, column) => a.map((row) => row[column]!))

function matrix(emit: Emitter, rows: Matrix): Value {
  const values = rows.flat()
  return emit.once(`matrix ${rows.length} ${values.join()}`, () => emit.graph.float(values, [rows.length, rows[0]!.length]))
}
