/** What a fit is at. */

export interface Stage {
  /** Plain words. */
  readonly stage: string
  readonly done: number
  readonly total: number
  /** Share of the whole fit that is done, 0–1, by counted work. */
  readonly whole: number
}
