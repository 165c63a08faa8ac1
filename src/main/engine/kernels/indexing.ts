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
  if (batchDims) throw new RangeError(`gather with batchDims ${batchDims} is not supported`)
  const at = tf.util.parseAxisParam(axis, [...x.shape])[0]!
  const shape = [...x.shape.slice(0, at), ...indices.shape, ...x.shape.slice(at + 1)]
  return new Traced(shape, x.type, { logical: emit.node('Gather', [emit.whole(x), emit.whole(indices)], { axis: at }) })
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
  const inputs = [zeros(emit, shape, updates.type), int64(emit, indices), emit.whole(updates)]
  return new Traced(shape, updates.type, { logical: emit.node('ScatterND', inputs, { reduction: 'add' }) })
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

export const indexing: KernelFamily = { GatherV2, GatherNd, ScatterNd, UnsortedSegmentSum, OneHot }
