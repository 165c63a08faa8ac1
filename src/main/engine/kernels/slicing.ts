/** Cutting, joining and padding. */
import { tf } from '../tfjs'
import { type Emitter, filled } from '../trace/emitter'
import { sizeOf, Traced } from '../trace/traced'
import type { InputList, Inputs, KernelFamily } from './kernel'

/** Axis of NCHW for each axis of NHWC, and back. */
const channelsFirstAxis = [0, 2, 3, 1] as const
const logicalAxis = [0, 3, 1, 2] as const

/** The box of `size` at `begin`, in whatever layout the value has. */
function slice(emit: Emitter, x: Traced, begin: readonly number[], size: readonly number[]): Traced {
  const cut = size.flatMap((side, axis) => (side === x.shape[axis] ? [] : [axis]))
  if (cut.length === 0) return emit.alias(x)
  const first = x.isChannelsFirst && x.isWhole
  const starts = cut.map((axis) => begin[axis]!)
  const ends = cut.map((axis) => begin[axis]! + size[axis]!)
  const axes = first ? cut.map((axis) => channelsFirstAxis[axis]!) : cut
  const piece = emit.slice(first ? x.channelsFirst! : emit.whole(x), starts, ends, axes)
  return new Traced(size, x.type, first ? { channelsFirst: piece } : { logical: piece })
}

/** Pieces of the given sizes along `axis`. */
function split(emit: Emitter, x: Traced, axis: number, sizes: readonly number[]): Traced[] {
  let at = 0
  return sizes.map((side) => {
    const begin = x.shape.map((_, other) => (other === axis ? at : 0))
    at += side
    return slice(emit, x, begin, x.shape.with(axis, side))
  })
}

function concat(emit: Emitter, tensors: readonly Traced[], axis: number): Traced {
  const parts = tensors.filter((tensor) => tensor.size > 0)
  const [first] = parts.length ? parts : tensors
  if (!first || parts.length < 2) return emit.alias(first!)
  const shape = first.shape.with(
    axis,
    parts.reduce((total, part) => total + part.shape[axis]!, 0),
  )
  if (!parts.some((part) => part.isChannelsFirst)) {
    return new Traced(shape, first.type, {
      logical: emit.concat(
        parts.map((part) => emit.whole(part)),
        axis,
      ),
    })
  }
  const moved = parts.map((part) => emit.channelsFirst(part, true))
  return new Traced(shape, first.type, { channelsFirst: emit.concat(moved, channelsFirstAxis[axis]!) })
}

const axisOf = (axis: number, x: Traced) => tf.util.parseAxisParam(axis, [...x.shape])[0]!

const Slice = (emit: Emitter, { x }: Inputs<'x'>, attributes: { begin: number | number[]; size: number | number[] }) => {
  const begin = [attributes.begin].flat()
  const size = [attributes.size].flat()
  const starts = x.shape.map((_, axis) => begin[axis] ?? 0)
  const sides = x.shape.map((side, axis) => ((size[axis] ?? -1) < 0 ? side - starts[axis]! : size[axis]!))
  return slice(emit, x, starts, sides)
}

type Strided = Record<'begin' | 'end' | 'strides', number[]> &
  Record<'beginMask' | 'endMask' | 'ellipsisMask' | 'newAxisMask' | 'shrinkAxisMask', number>

const StridedSlice = (emit: Emitter, { x }: Inputs<'x'>, { begin, end, strides, ...masks }: Strided) => {
  const info = tf.slice_util.sliceInfo(
    [...x.shape],
    begin,
    end,
    strides,
    masks.beginMask,
    masks.endMask,
    masks.ellipsisMask,
    masks.newAxisMask,
    masks.shrinkAxisMask,
  )
  if (sizeOf(info.finalShape) === 0) return filled(x.type, info.finalShape, 0)
  if (info.isIdentity) return emit.reshaped(x, info.finalShape)
  const sides = tf.slice_util.computeOutShape(info.begin, info.end, info.strides)
  const axes = x.shape.map((_, axis) => axis)
  // An end of -1 means "before the first" in tfjs, "before the last" in ONNX.
  const ends = info.end.map((value, axis) => (info.strides[axis]! < 0 && value < 0 ? -(x.shape[axis]! + 1) : value))
  const logical = emit.slice(emit.whole(x), info.begin, ends, axes, info.strides)
  return emit.reshaped(new Traced(sides, x.type, { logical }), info.finalShape)
}

const SplitV = (emit: Emitter, { x }: Inputs<'x'>, attributes: { numOrSizeSplits: number | number[]; axis: number }) => {
  const axis = axisOf(attributes.axis, x)
  return split(emit, x, axis, splitSizes(attributes.numOrSizeSplits, x.shape[axis]!))
}

/** One size of a list may be -1: what the others leave. */
function splitSizes(wanted: number | readonly number[], side: number): number[] {
  if (typeof wanted === 'number') return Array.from({ length: wanted }, () => side / wanted)
  const others = wanted.reduce((sum, size) => sum + Math.max(0, size), 0)
  return wanted.map((size) => (size < 0 ? side - others : size))
}

const Unpack = (emit: Emitter, { value }: Inputs<'value'>, attributes: { axis: number }) => {
  const axis = axisOf(attributes.axis, value)
  const ones = Array.from({ length: value.shape[axis]! }, () => 1)
  return split(emit, value, axis, ones).map((piece) => emit.reshaped(piece, value.shape.toSpliced(axis, 1)))
}

const Pack = (emit: Emitter, tensors: InputList, { axis }: { axis: number }) => {
  const parts = Object.values(tensors)
  const at = axis < 0 ? axis + parts[0]!.shape.length + 1 : axis
  return concat(
    emit,
    parts.map((part) => emit.reshaped(part, part.shape.toSpliced(at, 0, 1))),
    at,
  )
}

type Paddings = [number, number][]

const PadV2 = (emit: Emitter, { x }: Inputs<'x'>, { paddings, constantValue }: { paddings: Paddings; constantValue: number }) => {
  const shape = x.shape.map((side, axis) => side + paddings[axis]![0] + paddings[axis]![1])
  const first = x.isChannelsFirst
  const sides = first ? logicalAxis.map((axis) => paddings[axis]!) : paddings
  const pads = emit.ints([...sides.map(([before]) => before), ...sides.map(([, after]) => after)])
  const inner = first ? emit.channelsFirst(x, true) : emit.whole(x)
  const padded = emit.node('Pad', [inner, pads, emit.scalar(x.type, constantValue)])
  return new Traced(shape, x.type, first ? { channelsFirst: padded } : { logical: padded })
}

/** Mirrors as a lookup along each axis that is padded: ONNX has only one of the two modes. */
const MirrorPad = (
  emit: Emitter,
  { x }: Inputs<'x'>,
  { paddings, mode }: { paddings: Paddings; mode: 'reflect' | 'symmetric' },
) => {
  const edge = mode === 'reflect' ? 0 : 1
  let logical = emit.whole(x)
  paddings.forEach(([before, after], axis) => {
    if (before + after === 0) return
    const side = x.shape[axis]!
    const positions = Array.from({ length: before + side + after }, (_, at) => {
      const position = at - before
      if (position < 0) return -position - edge
      return position < side ? position : 2 * (side - 1) - position + edge
    })
    logical = emit.node('Gather', [logical, emit.ints(positions)], { axis })
  })
  const shape = x.shape.map((side, axis) => side + paddings[axis]![0] + paddings[axis]![1])
  return new Traced(shape, x.type, { logical })
}

const Reverse = (emit: Emitter, { x }: Inputs<'x'>, { dims }: { dims: number[] }) => {
  const axes = tf.util.parseAxisParam(dims, [...x.shape])
  if (axes.length === 0) return emit.alias(x)
  const all = (value: number) => axes.map(() => value)
  const logical = emit.slice(emit.whole(x), all(-1), all(-(2 ** 31)), axes, all(-1))
  return new Traced(x.shape, x.type, { logical })
}

const FlipLeftRight = (emit: Emitter, { image }: Inputs<'image'>) => Reverse(emit, { x: image }, { dims: [2] })

export const slicing: KernelFamily = {
  FlipLeftRight,
  Slice,
  StridedSlice,
  SplitV,
  Unpack,
  Pack,
  Concat: (emit: Emitter, tensors: InputList, { axis }: { axis: number }) => {
    const parts = Object.values(tensors)
    return concat(emit, parts, axisOf(axis, parts[0]!))
  },
  PadV2,
  MirrorPad,
  Reverse,
}
