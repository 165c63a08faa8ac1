/** Notices embeddings that have become all the same, which training does not come back from. */

/** Of the deviation of unit vectors on the whole sphere. */
const collapsedBelow = 0.01
/** Steps in a row before it counts, and steps that a network gets to spread out first. */
const patience = 50
const grace = 50

export class Collapse extends Error {}

export class CollapseWatch {
  private low = 0

  /** @throws Collapse */
  see(spread: number, step: number): void {
    this.low = spread < collapsedBelow && step > grace ? this.low + 1 : 0
    if (this.low < patience) return
    const found = spread.toFixed(4)
    throw new Collapse(`all images have come to look the same (spread ${found} for ${patience} steps, at step ${step})`)
  }
}
