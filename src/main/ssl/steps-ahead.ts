/** Inputs of steps, those of the next one begun while this one is computed. */
import type { Values } from '../engine/program'
import { lastStep, type StepPlan } from './step-plan'

type Make = (plan: StepPlan, step: number) => Promise<Values>

export class StepsAhead {
  private readonly make: Make
  private readonly isAhead: boolean
  /** On the plan as it was when they were begun. */
  private next: { plan: StepPlan; step: number; inputs: Promise<Values> } | undefined

  /** @param isAhead whether somebody else makes them meanwhile */
  constructor(make: Make, isAhead: boolean) {
    this.make = make
    this.isAhead = isAhead
  }

  /** @param step from 1 */
  inputs(plan: StepPlan, step: number): Promise<Values> {
    const known = this.next?.plan === plan && this.next.step === step ? this.next.inputs : this.make(plan, step)
    this.next = undefined
    if (this.isAhead && step < lastStep(plan)) {
      const inputs = this.make(plan, step + 1)
      // Told when they are asked for.
      inputs.catch(() => undefined)
      this.next = { plan, step: step + 1, inputs }
    }
    return known
  }
}
