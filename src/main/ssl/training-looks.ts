/** What a training run concludes from looks at held-back samples: which step was best, and whether to go back there and settle. */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { writeCheckpoint } from '../engine/training/checkpoint'
import { copyWhole } from '../engine/whole-file'
import type { Values } from '../engine/program'
import type { ScoredEncoder } from '../evaluate/label-free'
import { bestLook, whereToSettle } from './early-stop'
import { lastStep, type Settle, type StepPlan } from './step-plan'
import type { FitContext } from './task'
import type { TrainingParameters } from './training-parameters'

/** A run as it is now. */
interface Trained {
  encoder(): Promise<ScoredEncoder>
  /** To be read at once. */
  variables(): Values
}

export class TrainingLooks {
  private readonly context: FitContext<TrainingParameters>
  private readonly trained: Trained
  /** Checkpoint of the best look. */
  private readonly best: string

  constructor(context: FitContext<TrainingParameters>, trained: Trained) {
    this.context = context
    this.trained = trained
    this.best = join(context.folder, 'checkpoint.best')
  }

  /** Whether any are taken. */
  get wanted(): boolean {
    return this.context.looks !== undefined
  }

  get newestScores(): Record<string, number> | undefined {
    return this.context.looks?.taken.at(-1)?.scores
  }

  /** At the first step of a run, of one that goes on, and of one that settles: its images are shown as the network that is kept sees them. */
  async beginAt(first: number, { settle }: StepPlan): Promise<void> {
    if (settle) await this.context.looks?.goBackTo(await this.trained.encoder(), settle.from)
    else this.context.looks?.goOnFrom(first)
  }

  async take(done: number): Promise<void> {
    await this.context.looks?.take(await this.trained.encoder(), done)
  }

  /**
   * Looks where the plan says so. Where scores have long stopped improving, the checkpoint becomes that of the best look.
   * @returns how the run is to end then
   */
  async at(done: number, plan: StepPlan, checkpoint: string): Promise<Settle | undefined> {
    const { looks, parameters } = this.context
    const { lookEvery, settle: settling } = plan
    if (!looks || !lookEvery || done % lookEvery !== 0 || done >= lastStep(plan)) return undefined
    if (!looks.taken.some((look) => look.step === done)) await this.take(done)
    if (!parameters.stopEarly || settling || done === 0) return undefined
    if (bestLook(looks.taken)?.step === done) writeCheckpoint(this.best, { step: done, variables: this.trained.variables() })
    const settle = whereToSettle(looks.taken, plan)
    if (settle) copyWhole(this.best, checkpoint)
    return settle
  }

  /** The step of the next look, or the last one. */
  nextAfter(done: number, plan: StepPlan): number {
    const { lookEvery } = plan
    return Math.min(lastStep(plan), this.wanted && lookEvery ? (Math.floor(done / lookEvery) + 1) * lookEvery : Infinity)
  }

  forgetBest(): void {
    rmSync(this.best, { force: true })
  }
}
