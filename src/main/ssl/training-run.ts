/** A training run: its plan, its steps, checkpoints, recovery from collapse, and the encoder that comes out. */
import { join } from 'node:path'
import { HandfulError } from '@shared/errors'
import type { Progress } from '@shared/model'
import type { ChosenDomain } from '../encoders/choose-domain'
import type { CompiledStep } from '../engine/compile'
import { EngineError } from '../engine/errors'
import { compileFastest, compileOn } from '../engine/fastest'
import { exportForward } from '../engine/forward'
import type { Values } from '../engine/program'
import type { Tensor } from '../engine/tensor'
import { readCheckpoint, writeCheckpoint } from '../engine/training/checkpoint'
import { Collapse, CollapseWatch } from './collapse-watch'
import type { GradientProgram } from './gradient-program'
import { batchesOf } from './batches'
import { kindOfNetwork } from './networks'
import { inputPorts, stepInputs, type ViewSource } from './step-inputs'
import { lastStep, measuredPlan, readPlan, type StepPlan, stepsAtOnce, type Wish, writePlan } from './step-plan'
import { StepsAhead } from './steps-ahead'
import { atStage, type FitContext, type FittedEncoder } from './task'
import { TrainingLooks } from './training-looks'
import { trainedOn, trainingNotes } from './training-notes'
import type { TrainingParameters } from './training-parameters'
import { initialVariables, trainingStep } from './training-step'

/** Seconds between reports. */
const REPORT_SECONDS = 0.25
/** Beginnings again with a smaller learning rate before a run is given up. */
const MOST_RECOVERIES = 3

type Outputs = Record<string, Tensor>

const isFailedTraining = (cause: unknown): cause is Error =>
  cause instanceof Collapse || (cause instanceof EngineError && cause.code === 'NOT_FINITE')

export interface TrainingRunOptions {
  /** Between checkpoints. */
  checkpointSeconds?: number | undefined
  /** Kept in the plan. */
  domain?: ChosenDomain
  /** Of a time budget, see `Wish`. */
  mostPasses?: number
  /** Likewise; a run without steps answers its encoder untrained. */
  fewestPasses?: number
  /** When its time budget began, by `performance.now()`; with the run when left out. */
  since?: number
  /** Name of the encoder's output; `embeddings` when left out. */
  output?: string
}

export class TrainingRun {
  private readonly program: GradientProgram
  private readonly context: FitContext<TrainingParameters>
  private readonly checkpoint: string
  private readonly checkpointSeconds: number
  private readonly domain: ChosenDomain | undefined
  private readonly wish: Pick<Wish, 'mostPasses' | 'fewestPasses' | 'since'>
  private readonly output: string
  private step: CompiledStep | undefined
  private plan: StepPlan | undefined
  private readonly batchAt: ViewSource['batchAt']
  private readonly ahead: StepsAhead
  private readonly looks: TrainingLooks

  constructor(
    program: GradientProgram,
    context: FitContext<TrainingParameters>,
    { checkpointSeconds = 20, domain, output = 'embeddings', since = performance.now(), ...passes }: TrainingRunOptions = {},
  ) {
    this.program = program
    this.checkpointSeconds = checkpointSeconds
    this.domain = domain
    this.wish = { since, ...passes }
    this.output = output
    this.context = context
    this.checkpoint = join(context.folder, 'checkpoint')
    this.ahead = new StepsAhead((plan, step) => this.makeInputs(plan, step), context.makeViews !== undefined)
    this.looks = new TrainingLooks(context, {
      encoder: async () => ({ model: await this.model(), dimensions: program.dimensions }),
      variables: () => this.step!.variables(),
    })
    const { seed, partners } = context
    this.batchAt = batchesOf(context.images, { seed, batch: context.parameters.batch, partners })
  }

  async *train(): AsyncGenerator<Progress> {
    yield atStage('Preparing the network', 0, 1)
    const { folder, threads } = this.context
    const known = readPlan(folder)
    // Until it is measured the run has no end.
    this.plan = known ?? { steps: Infinity, batch: this.context.parameters.batch, threads, secondsPerStep: 0 }
    const step = await this.compile(this.plan, known !== undefined)
    if (!known) this.plan = await this.measure(step)
    for (;;) {
      try {
        this.context.pause?.begin()
        if ((yield* this.steps(step)) === 'done') break
      } catch (cause) {
        if (!isFailedTraining(cause)) throw cause
        this.beginAgain(step, cause)
      } finally {
        this.context.pause?.end()
      }
    }
    this.looks.forgetBest()
  }

  /** The encoder with running statistics; it looks at each image by itself. */
  async encoder(): Promise<FittedEncoder> {
    const notes = [...this.program.notes, ...trainingNotes(this.plan!, this.step!.facts.fallback)]
    return { model: await this.model(), dimensions: this.program.dimensions, notes }
  }

  private async model(): Promise<Uint8Array> {
    const { program, context } = this
    const { size } = context.images
    const state = this.step!.variables()
    const names = Object.keys({ ...program.weights, ...program.statistics, ...program.state })
    return exportForward(
      (variables, { images }) => ({ [this.output]: program.embed(images!, { variables, training: false, renewed: {} }) }),
      {
        variables: Object.fromEntries(names.map((name) => [name, state[name]!])),
        inputs: { images: { shape: [size, size, 3], type: 'uint8' } },
        prefix: 'network_',
      },
    )
  }

  /** A copy of weights, statistics and state. */
  variables(): Record<string, Tensor> {
    return this.step!.variables()
  }

  async dispose(): Promise<void> {
    await this.step?.dispose()
  }

  private async *steps(step: CompiledStep): AsyncGenerator<Progress, 'done' | 'settle'> {
    const plan = this.plan!
    const last = lastStep(plan)
    const saved = readCheckpoint(this.checkpoint)
    const first = saved?.step ?? 0
    step.load(saved?.variables ?? initialVariables(this.program), first)
    await this.looks.beginAt(first, plan)
    if (await this.looked(first)) return 'settle'
    const began = performance.now()
    const watch = new CollapseWatch()
    let reported = -Infinity
    let written = began
    for (let done = first; done < last;) {
      // The first alone, for the loss that training begins with.
      const go = done === first ? 1 : stepsAtOnce(plan)
      const until = Math.min(done + go, this.looks.nextAfter(done, plan))
      const all = await step.runMany(await this.inputs(done + 1, until))
      for (const { spread } of all) watch.see(Number(spread?.data[0] ?? 1), ++done)
      const outputs = all.at(-1)!
      const now = performance.now()
      const pausing = this.context.pause?.isAsked === true
      if (pausing || now - written > this.checkpointSeconds * 1000 || done === last) {
        writeCheckpoint(this.checkpoint, { step: done, variables: step.variables() })
        written = now
      }
      if (pausing) throw new HandfulError('CANCELLED', { what: 'Training' })
      if (now - reported > REPORT_SECONDS * 1000 || done === last) {
        reported = now
        yield this.report(done, outputs, (now - began) / 1000 / (done - first))
      }
      if (await this.looked(done)) return 'settle'
    }
    return 'done'
  }

  /** @returns whether training goes back to the best look and settles from there */
  private async looked(done: number): Promise<boolean> {
    const settle = await this.looks.at(done, this.plan!, this.checkpoint)
    if (!settle) return false
    this.plan = { ...this.plan!, settle }
    writePlan(this.context.folder, this.plan)
    return true
  }

  private report(done: number, outputs: Outputs, perStep: number): Progress {
    const { batch, settle } = this.plan!
    const last = lastStep(this.plan!)
    return {
      ...atStage(settle ? 'Settling' : 'Training', done, last),
      rate: batch / perStep,
      secondsLeft: perStep * (last - done),
      values: {
        ...Object.fromEntries(Object.entries(outputs).map(([name, { data }]) => [name, Number(data[0])])),
        // Those of steps that were given up say nothing of the ones that settle.
        ...(settle ? {} : this.looks.newestScores),
      },
    }
  }

  /** From the start, since a checkpoint may hold what went wrong already, at a third of the learning rate. */
  private beginAgain(step: CompiledStep, cause: Error): void {
    const recoveries = (this.plan!.recoveries ?? 0) + 1
    if (recoveries > MOST_RECOVERIES) {
      throw new HandfulError('NOTHING_TO_DO', { what: `training failed ${recoveries} times: ${cause.message}` }, { cause })
    }
    const { settle: _, ...plan } = this.plan!
    const variables = initialVariables(this.program)
    step.load(variables)
    // Before the plan: whoever ends here collapses once more, and comes back.
    writeCheckpoint(this.checkpoint, { step: 0, variables })
    this.plan = { ...plan, recoveries }
    writePlan(this.context.folder, this.plan)
  }

  /** A run that goes on does so where it began. */
  private async compile({ threads, provider = 'cpu' }: StepPlan, goesOn: boolean): Promise<CompiledStep> {
    const { images, parameters, providers } = this.context
    const options = {
      variables: initialVariables(this.program),
      inputs: inputPorts(this.program, images.size, parameters.batch),
      session: { threads },
    }
    const step = trainingStep(this.program)
    if (goesOn) this.step = await compileOn(step, options, provider)
    else this.step = await compileFastest(step, options, (await providers?.()) ?? [], (await this.inputs(1, 1))[0]!)
    return this.step
  }

  /** Times some steps, then forgets them. */
  private async measure(step: CompiledStep): Promise<StepPlan> {
    const { threads, parameters, minutes, images, folder } = this.context
    const { batch, epochs } = parameters
    const before = step.variables()
    const untrained = () => {
      step.load(before)
      return this.looks.take(0)
    }
    const look = this.looks.wanted ? untrained : undefined
    const { provider, fallback } = step.facts
    const network = kindOfNetwork(this.program.weights) ?? undefined
    const chosen = { threads, network, provider, providerNote: trainedOn(provider, fallback), domain: this.domain }
    const wish = { ...chosen, ...this.wish, epochs, minutes, images: images.count, look }
    const run = async (from: number, to: number) => step.runMany(await this.inputs(from, to))
    const plan = await measuredPlan(folder, wish, batch, run)
    step.load(before)
    return plan
  }

  /** Of the steps from … to. */
  private async inputs(from: number, to: number): Promise<Values[]> {
    const inputs: Values[] = []
    for (let step = from; step <= to; step++) inputs.push(await this.ahead.inputs(this.plan!, step))
    return inputs
  }

  private makeInputs({ batch, steps, settle, recoveries = 0 }: StepPlan, step: number): Promise<Values> {
    const { seed, parameters, makeViews } = this.context
    const learningRate = parameters.learningRate / 3 ** recoveries
    return stepInputs(this.program, { batchAt: this.batchAt, makeViews }, { seed, batch, steps, learningRate, settle }, step)
  }
}
