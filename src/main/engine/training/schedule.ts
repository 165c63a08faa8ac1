/** Learning rates over a run. */

export interface Schedule {
  /** Highest learning rate. */
  peak: number
  steps: number
  /** Steps of linear growth at the start. */
  warmUp: number
  /** Share of the peak that is left at the end. */
  floor?: number
}

/** Linear warm-up, then half a cosine down (Loshchilov & Hutter 2017). @param step from 1 */
export function warmUpCosine(step: number, { peak, steps, warmUp, floor = 0 }: Schedule): number {
  if (step <= warmUp) return (peak * step) / warmUp
  const passed = Math.min(1, (step - warmUp) / Math.max(1, steps - warmUp))
  return peak * (floor + (1 - floor) * 0.5 * (1 + Math.cos(Math.PI * passed)))
}
