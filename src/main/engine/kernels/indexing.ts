/** Looking up and adding up by index. */
import { tf } from '../tfjs'
import type { Emitter } from '../trace/emitter'
import { Traced } from '../trace/traced'
import type { Inputs, KernelFamily } from './kernel'

const GatherV2 = (
  emit: Emitter,
  { x, indices }: Inputs<'x' | 'indices'>,
  { axis, batchDims }: { axis: number; batchDims?: number },
) => {
  const at = tf.util.parseAxisParam(axis, [...x.shape])[0]!
  if (batchDims) {
    return gatherPerRow(emit, x, indices, at, batchDims < 0 ? batchDims + indices.shape.length : batchDims)
  }
  const shape = [...x.shape.slice(0, at), ...indices.shape, ...x.shape.slice(at + 1)]
  return new Traced(shape, x.type, { logical: emit.node('Gather', [emit.whole(x), emit.whole(indices)], { axis: at }) })
}

/** Each of the first `batch` axes has indices of its own. */
function gatherPerRow(emit: Emitter, x: Traced, indices: Traced, axis: number, batch: number): Traced {
  const between = axis - batch
  const own = indices.shape.length - batch
  const front = x.shape.map((_, at) => at).toSpliced(axis, 1)
  const moved = emit.transpose(emit.whole(x), front.toSpliced(batch, 0, axis))
  const places = emit.node('Unsqueeze', [int64(emit, indices), emit.ints([-1])])
  const found = emit.node('GatherND', [moved, places], { batch_dims: batch })
  const range = (from: number, length: number) => Array.from({ length }, (_, at) => from + at)
  const rest = x.shape.length - axis - 1
  const perm = [...range(0, batch), ...range(batch + own, between), ...range(batch, own), ...range(batch + own + between, rest)]
  const shape = [...x.shape.slice(0, axis), ...indices.shape.slice(batch), ...x.shape.slice(axis + 1)]
  return new Traced(shape, x.type, { logical: emit.transpose(found, perm) })
}

const int64 = (emit: Emitter, indices: Traced) => emit.node('Cast', [emit.whole(indices)], { to: 7 })

const GatherNd = (emit: Emitter, { params, indices }: Inputs<'params' | 'indices'>) => {
  const depth = indices.shape.at(-1)!
  const shape = [...indices.shape.slice(0, -1), ...params.shape.slice(depth)]
  return new Traced(shape, params.type, { logical: emit.node('GatherND', [emit.whole(params), int64(emit, indices)]) })
}

function zeros(emit: Emitter, shape: readonly number[], type: Traced['type']) {
  return emit.expand(emit.scalar(type, 0), shape)
}

/** Sums updates that name the same place, as tfjs does. */
const ScatterNd = (emit: Emitter, { indices, updates }: Inputs<'indices' | 'updates'>, { shape }: { shape: number[] }) => {
  const places = indices.shape.length > 1 ? int64(emit, indices) : emit.reshape(int64(emit, indices), [indices.size, 1])
  const inputs = [zeros(emit, shape, updates.type), places, emit.whole(updates)]
  return new Traced(shape, updates.type, { logical: emit.node('ScatterND', inputs, { reduction: 'add' }) })
}

/** Replaces what `indices` name. */
const TensorScatterUpdate = (emit: Emitter, { tensor, indices, updates }: Inputs<'tensor' | 'indices' | 'updates'>) => {
  const inputs = [emit.whole(tensor), int64(emit, indices), emit.whole(updates)]
  return new Traced(tensor.shape, tensor.type, { logical: emit.node('ScatterND', inputs) })
}

type Sparse = Inputs<'sparseIndices' | 'sparseValues' | 'defaultValue'>

const SparseToDense = (
  emit: Emitter,
  { sparseIndices, sparseValues, defaultValue }: Sparse,
  { outputShape }: { outputShape: number[] },
) => {
  const depth = sparseIndices.shape.length === 2 ? sparseIndices.shape[1]! : 1
  const count = sparseIndices.size / depth
  const places = emit.reshape(int64(emit, sparseIndices), [count, depth])
  const values = emit.expand(emit.whole(sparseValues), [count, ...outputShape.slice(depth)])
  const dense = emit.expand(emit.whole(defaultValue), outputShape)
  return new Traced(outputShape, sparseValues.type, { logical: emit.node('ScatterND', [dense, places, values]) })
}

/** How many of each row come before each value: a comparison of all with all. */
const SearchSorted = (
  emit: Emitter,
  { sortedSequence, values }: Inputs<'sortedSequence' | 'values'>,
  { side }: { side: 'left' | 'right' },
) => {
  const [rows, length] = sortedSequence.shape as [number, number]
  const sequence = emit.reshape(emit.whole(sortedSequence), [rows, 1, length])
  const wanted = emit.reshape(emit.whole(values), [rows, values.shape[1]!, 1])
  const before = emit.node(side === 'left' ? 'Less' : 'LessOrEqual', [sequence, wanted])
  const logical = emit.sum(emit.node('Cast', [before], { to: 6 }), [2])
  return new Traced(values.shape, 'int32', { logical })
}

type Segments = Inputs<'x' | 'segmentIds'>

const UnsortedSegmentSum = (emit: Emitter, { x, segmentIds }: Segments, { numSegments }: { numSegments: number }) => {
  const shape = [numSegments, ...x.shape.slice(segmentIds.shape.length)]
  const places = emit.node('Unsqueeze', [int64(emit, segmentIds), emit.ints([-1])])
  const inputs = [zeros(emit, shape, x.type), places, emit.whole(x)]
  return new Traced(shape, x.type, { logical: emit.node('ScatterND', inputs, { reduction: 'add' }) })
}

type OneHotAttributes = { depth: number; onValue: number; offValue: number; dtype?: 'float32' | 'int32' }

/** A comparison with every class: the operator of ONNX lacks types and counts negative indices from the end. */
const OneHot = (emit: Emitter, { indices }: Inputs<'indices'>, { depth, onValue, offValue, dtype }: OneHotAttributes) => {
  const type = dtype ?? 'int32'
  const classes = emit.graph.constant(
    'int32',
    [depth],
    Int32Array.from({ length: depth }, (_, at) => at),
  )
  const hit = emit.node('Equal', [emit.reshape(emit.whole(indices), [...indices.shape, 1]), classes])
  const logical = emit.node('Where', [hit, emit.scalar(type, onValue), emit.scalar(type, offValue)])
  return new Traced([...indices.shape, depth], type, { logical })
}

export const indexing: KernelFamily = {
  GatherV2,
  GatherNd,
  ScatterNd,
  TensorScatterUpdate,
  SparseToDense,
  SearchSorted,
  UnsortedSegmentSum,
  OneHot,
}
