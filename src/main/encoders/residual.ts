/**
 * A small residual network (He et al. 2016) for short budgets on a CPU: stem and down-sampling cut the image into squares and multiply by
 * a matrix, which runs near the machine's peak, and only dense 3×3 convolutions of stride 1 stand between. Its first stage may be that of the stock encoder.
 */
import { convolution, patchify } from '../engine/layers/dense'
import { type Blueprint, chain, type Layer } from '../engine/layers/network'
import { batchNorm } from '../engine/layers/norms'
import { tf } from '../engine/tfjs'
import { stockGrid, stockStem } from './stock-stem'

export interface ResidualOptions {
  /** Side of the square input, px. */
  size: number
  /** Channels of each stage; each but the first halves the grid, behind the stock encoder's the second does not. */
  widths: readonly number[]
  /** Residual blocks of each stage; one each when left out. */
  blocks?: readonly number[]
  /** The first stage is that of the stock encoder, see `stockStem`. */
  stem?: 'stock'
  /** Before the names of its weights, but those of the stock encoder. */
  name?: string
}

/** Cells along a side after the stem, about. */
const GRID = 16

/** float32 [batch, side, side, 3], 0–255 → [batch, grid, grid, last width]; sides other than `size` must divide as it does. */
export const residualMap = (plan: Blueprint, options: ResidualOptions): Layer => chain(...residualStages(plan, options))

/** The layers of `residualMap`, one for each width. */
export function residualStages(plan: Blueprint, { size, widths, blocks, stem, name: prefix = '' }: ResidualOptions): Layer[] {
  const side = stemSide(size)
  let from = 3
  let grid = size
  return widths.map((to, at) => {
    if (stem && at === 0) {
      from = to
      grid = stockGrid
      return chain(stockStem(plan, size), batchNorm(plan, `${prefix}stage 0/norm`, to))
    }
    const layers: Layer[] = at === 0 ? [(x) => tf.div(tf.sub(x, 127.5), 64)] : []
    const cut = at === 0 ? side : grid % 2 === 0 && grid > 2 && !(stem && at === 1) ? 2 : 1
    grid /= cut
    const name = `${prefix}stage ${at}`
    layers.push(patchify(plan, `${name}/down`, { from, to, side: cut }), batchNorm(plan, `${name}/norm`, to), rectify)
    for (let block = 0; block < (blocks?.[at] ?? 1); block++)
      layers.push(residualBlock(plan, block === 0 ? `${name}/block` : `${name}/block ${block}`, to))
    from = to
    return chain(...layers)
  })
}

/** float32 [batch, size, size, 3], 0–255 → [batch, last width]: the mean over all places of the map. */
export const residualEncoder = (plan: Blueprint, options: ResidualOptions): Layer =>
  chain(residualMap(plan, options), (x) => tf.mean(x, [1, 2]))

/** The divisor of `size` that leaves a grid closest to `GRID`. */
function stemSide(size: number): number {
  const divisors = Array.from({ length: size }, (_, at) => at + 1).filter((side) => size % side === 0)
  return divisors.reduce((best, side) => (Math.abs(size / side - GRID) < Math.abs(size / best - GRID) ? side : best))
}

const rectify: Layer = (x) => tf.relu(x)

function residualBlock(plan: Blueprint, name: string, width: number): Layer {
  const body = chain(
    convolution(plan, `${name}/first`, { from: width, to: width, size: 3 }),
    batchNorm(plan, `${name}/first norm`, width),
    rectify,
    convolution(plan, `${name}/second`, { from: width, to: width, size: 3 }),
    batchNorm(plan, `${name}/second norm`, width),
  )
  return (x, pass) => tf.relu(tf.add(x, body(x, pass)))
}
