/** Blocks of pixels into the batch and back, as dilated and strided lookups use them. */
import { tf } from '../tfjs'
import type { Emitter } from '../trace/emitter'
import type { Traced } from '../trace/traced'
import type { Inputs, KernelFamily } from './kernel'
import { shapes } from './shapes'
import { slicing } from './slicing'

const call = (family: KernelFamily, name: string) =>
  family[name] as unknown as (emit: Emitter, inputs: object, attributes: object) => Traced
const [reshape, transpose] = [call(shapes, 'Reshape'), call(shapes, 'Transpose')]
const [pad, slice] = [call(slicing, 'PadV2'), call(slicing, 'Slice')]

const { getReshaped, getPermuted, getReshapedPermuted, getSliceBeginCoords, getSliceSize } = tf.backend_util
const product = (sides: readonly number[]) => sides.reduce((all, side) => all * side, 1)

const BatchToSpaceND = (
  emit: Emitter,
  { x }: Inputs<'x'>,
  { blockShape, crops }: { blockShape: number[]; crops: number[][] },
): Traced => {
  const area = product(blockShape)
  const apart = getReshaped([...x.shape], blockShape, area)
  const merged = getReshapedPermuted([...x.shape], blockShape, area)
  const moved = transpose(
    emit,
    { x: reshape(emit, { x }, { shape: apart }) },
    { perm: getPermuted(apart.length, blockShape.length) },
  )
  const whole = reshape(emit, { x: moved }, { shape: merged })
  const begin = getSliceBeginCoords(crops, blockShape.length)
  return slice(emit, { x: whole }, { begin, size: getSliceSize(merged, crops, blockShape.length) })
}

const SpaceToBatchND = (
  emit: Emitter,
  { x }: Inputs<'x'>,
  { blockShape, paddings }: { blockShape: number[]; paddings: [number, number][] },
): Traced => {
  const area = product(blockShape)
  const none = x.shape.slice(1 + blockShape.length).map(() => [0, 0])
  const padded = pad(emit, { x }, { paddings: [[0, 0], ...paddings, ...none], constantValue: 0 })
  const apart = getReshaped([...padded.shape], blockShape, area, false)
  const perm = getPermuted(apart.length, blockShape.length, false)
  const moved = transpose(emit, { x: reshape(emit, { x: padded }, { shape: apart }) }, { perm })
  return reshape(emit, { x: moved }, { shape: getReshapedPermuted([...padded.shape], blockShape, area, false) })
}

export const blocks: KernelFamily = { BatchToSpaceND, SpaceToBatchND }
