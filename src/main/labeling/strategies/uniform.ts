/** Drawn uniformly: the one strategy whose answers are a fair sample. */
import { draw, random } from '../../engine/random'
import type { Strategy } from './strategy'

export const uniform: Strategy = {
  id: 'random',
  async choose(pool, count, seed) {
    const open = Uint32Array.from(pool.labeled.keys()).filter((row) => !pool.labeled[row])
    const chosen = draw(open.length, count, random(seed, 0x756e69))
    return Array.from(chosen, (index) => ({ row: open[index]!, why: 'drawn at random' }))
  },
}
