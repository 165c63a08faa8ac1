/** Inputs of steps; those of the next one are begun while this one is computed, where that is not on the processor that makes them. */
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

  /**
   * On the processor views are made between steps, by as many threads as steps take: at once, either would wait for the other's threads
   * in every operator of the graph.
   * @param step from 1
   */
  inputs(plan: StepPlan, step: number): Promise<Values> {
    const known = this.next?.plan === plan && this.next.step === step ? this.next.inputs : this.make(plan, step)
    this.next = undefined
    const { provider = 'cpu' } = plan
    if (this.isAhead && provider !== 'cpu' && step < lastStep(plan)) {
      const inputs = this.make(plan, step + 1)
      // Told when they are asked for.
      inputs.catch(() => undefined)
      this.next = { plan, step: step + 1, inputs }
    }
    return known
  }
}
