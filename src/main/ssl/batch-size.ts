/** How many images a step takes, where memory is short. */
import type { GradientProgram } from './gradient-program'
import type { kindOfNetwork } from './networks'

type Network = NonNullable<ReturnType<typeof kindOfNetwork>>

/** That training takes for a view, measured and rounded up: whatever the size of the images, the first layers bring them to about 16 × 16 or 8 × 8. */
const megabytesPerView: Record<Network, number> = { nano: 2, small: 3.5, base: 8, stock: 3 }
/** Of the memory that is free, which the person's other programs want as well. */
const share = 0.5
const fewest = 8

/** Views of one image, as many as they are in pixels of a whole one. */
export const viewsPerImage = ({ views }: GradientProgram, size: number): number =>
  views.reduce((sum, { count, size: own = size }) => sum + count * (own / size) ** 2, 0)

/** The largest of the wanted batch, its half, its quarter … that fits. @param free bytes */
export function batchWithin(wanted: number, views: number, network: Network, free: number): number {
  const most = (share * free) / (Math.max(1, views) * megabytesPerView[network] * 2 ** 20)
  let batch = wanted
  while (batch > most && batch >= 2 * fewest) batch = Math.floor(batch / 2)
  return batch
}
