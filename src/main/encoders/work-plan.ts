/** How much work each part of an instant fit is, so that progress and the time left are known from the start. */
import type { Stage } from './stage'

/** Multiply-adds by part. */
export type WorkPlan<Part extends string> = Readonly<Record<Part, number>>

/** Follows a fit through the parts of its plan, in order. */
export class WorkClock<Part extends string> {
  private readonly plan: WorkPlan<Part>
  private readonly whole: number

  constructor(plan: WorkPlan<Part>) {
    this.plan = plan
    this.whole = Object.values<number>(plan).reduce((sum, work) => sum + work, 0)
  }

  at(part: Part, stage: string, done: number, total: number): Stage {
    let before = 0
    for (const [name, work] of Object.entries<number>(this.plan)) {
      if (name === part) break
      before += work
    }
    return { stage, done, total, whole: (before + (this.plan[part] * done) / Math.max(1, total)) / this.whole }
  }
}
