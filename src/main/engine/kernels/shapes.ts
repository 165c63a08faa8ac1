/** Operations that move values without changing them: reshape, transpose, tile, depth to space. */
import type { Value } from '../graph'
import type { Emitter } from '../trace/emitter'
import { sizeOf, Traced } from '../trace/traced'
import type { Inputs, KernelFamily } from './kernel'

const Reshape = (emit: Emitter, { x }: Inputs<'x'>, { shape }: { shape: number[] }) => {
  const known = sizeOf(shape.filter((side) => side >= 0))
  return emit.reshaped(
    x,
    shape.map((side) => (side < 0 ? x.size / known : side)),
  )
}

const ExpandDims = (emit: Emitter, { input }: Inputs<'input'>, { dim }: { dim: number }) => {
  const at = dim < 0 ? input.shape.length + dim + 1 : dim
  return emit.reshaped(input, input.shape.toSpliced(at, 0, 1))
}

/** Floats that lie together from which moving them is a lookup. */
const BLOCK = 16

/**
 * Two neighbouring axes change places, as when images are cut into squares: a lookup of blocks. A transpose would be merged by the runtime with
 * the change of layout before it, into one that moves single numbers.
 */
function swapped(emit: Emitter, x: Traced, perm: readonly number[]): Value | undefined {
  const at = perm.findIndex((axis, place) => axis !== place)
  const isSwap =
    at >= 0 && perm[at] === at + 1 && perm[at + 1] === at && perm.every((axis, place) => place <= at + 1 || axis === place)
  const block = sizeOf(x.shape.slice(at + 2))
  if (emit.portable || !isSwap || block < BLOCK) return undefined
  const [rows, columns] = [x.shape[at]!, x.shape[at + 1]!]
  const outer = sizeOf(x.shape.slice(0, at))
  const places = Array.from({ length: rows * columns }, (_, place) => (place % rows) * columns + Math.floor(place / rows))
  const moved = emit.node('Gather', [emit.reshape(emit.whole(x), [outer, rows * columns, block]), emit.ints(places)], { axis: 1 })
  return emit.reshape(
    moved,
    perm.map((axis) => x.shape[axis]!),
  )
}

const Transpose = (emit: Emitter, { x }: Inputs<'x'>, { perm }: { perm: number[] }) => {
  const blocks = x.shape.length === 6 ? swapped(emit, x, perm) : undefined
  if (blocks)
    return new Traced(
      perm.map((axis) => x.shape[axis]!),
      x.type,
      { logical: blocks },
    )
  const logical = emit.transpose(emit.logical(x), perm)
  const moved = (sides: readonly number[]) => perm.map((axis) => sides[axis]!)
  return new Traced(moved(x.shape), x.type, { logical, extent: moved(x.extent) })
}

const Tile = (emit: Emitter, { x }: Inputs<'x'>, { reps }: { reps: number[] }) => {
  const shape = x.shape.map((side, axis) => side * reps[axis]!)
  return new Traced(shape, x.type, { logical: emit.node('Tile', [emit.whole(x), emit.ints(reps)]) })
}

const BroadcastTo = (emit: Emitter, { x }: Inputs<'x'>, { shape }: { shape: number[] }) => emit.broadcast(x, shape)

type Blocks = { blockSize: number; dataFormat: 'NHWC' | 'NCHW' }

/** Channels become blocks of pixels: the up-sampling of sub-pixel convolution. */
const DepthToSpace = (emit: Emitter, { x }: Inputs<'x'>, { blockSize, dataFormat }: Blocks) => {
  const attributes = { blocksize: blockSize, mode: 'DCR' }
  if (dataFormat === 'NCHW') {
    const [n, c, h, w] = x.shape as [number, number, number, number]
    const shape = [n, c / blockSize ** 2, h * blockSize, w * blockSize]
    return new Traced(shape, x.type, { logical: emit.node('DepthToSpace', [emit.whole(x)], attributes) })
  }
  const [n, h, w, c] = x.shape as [number, number, number, number]
  const shape = [n, h * blockSize, w * blockSize, c / blockSize ** 2]
  return new Traced(shape, x.type, { channelsFirst: emit.node('DepthToSpace', [emit.channelsFirst(x, true)], attributes) })
}

/** Two axes for each of `x`, zero off the diagonal. */
const Diag = (emit: Emitter, { x }: Inputs<'x'>) => {
  const eye = Uint8Array.from({ length: x.size ** 2 }, (_, at) => Number(at % (x.size + 1) === 0))
  const column = emit.reshape(emit.whole(x), [x.size, 1])
  const square = emit.node('Where', [emit.graph.constant('bool', [x.size, x.size], eye), column, emit.scalar(x.type, 0)])
  return emit.reshaped(new Traced([x.size, x.size], x.type, { logical: square }), [...x.shape, ...x.shape])
}

export const shapes: KernelFamily = {
  Diag,
  Identity: (emit: Emitter, { x }: Inputs<'x'>) => emit.alias(x),
  Reshape,
  ExpandDims,
  Transpose,
  Tile,
  BroadcastTo,
  DepthToSpace,
}
