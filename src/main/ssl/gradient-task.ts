/** Makes a pretext task of tfjs programs: one compiled step, a plan of steps, checkpoints, an exported encoder. */
import { join } from 'node:path'
import { HandfulError } from '@shared/errors'
import type { Progress } from '@shared/model'
import type { z } from 'zod'
import { compile, type CompiledStep, exportForward } from '../engine/compile'
import type { Layer, Pass } from '../engine/layers/network'
import type { InputPorts, Step, Tensors, Values } from '../engine/program'
import { float32, tensor, type Tensor } from '../engine/tensor'
import type { tf } from '../engine/tfjs'
import { readCheckpoint, writeCheckpoint } from '../engine/training/checkpoint'
import { clipped, lossAndGradients } from '../engine/training/gradients'
import type { Optimizer } from '../engine/training/optimizers'
import { warmUpCosine } from '../engine/training/schedule'
import type { Augmentation } from '../views/augmentation'
import { batchViews } from './batches'
import { measuredPlan, readPlan, type StepPlan } from './step-plan'
import type { FitContext, FittedEncoder, PretextTask, TaskDescriptor } from './task'

export interface GradientProgram {
  weights: Values
  /** Running statistics. */
  statistics: Values
  /** Views of each sample in a batch. */
  views: number
  augmentation: Augmentation
  /** @param views float32 [views × batch, size, size, 3], 0–255, first views of all samples first */
  loss(views: tf.Tensor, pass: Pass): { loss: tf.Tensor; parts: Tensors }
  /** float32 [batch, size, size, 3], 0–255 → [batch, dimensions] */
  embed: Layer
  dimensions: number
  notes: string[]
}

interface Trained {
  epochs: number
  batch: number
  learningRate: number
}

export interface GradientTaskOptions<S extends z.ZodType<Trained>> {
  descriptor: TaskDescriptor<S>
  optimizer: Optimizer
  prepare(context: FitContext<z.infer<S>>): GradientProgram
  /** Between checkpoints; 20 when left out. */
  checkpointSeconds?: number
}

/** Longest gradient over all weights. */
const LONGEST = 5
/** Seconds between reports. */
const REPORT_SECONDS = 0.25

export function gradientTask<S extends z.ZodType<Trained>>(options: GradientTaskOptions<S>): PretextTask<S> {
  return {
    descriptor: options.descriptor,
    async *fit(context) {
      const { images, parameters } = context
      if (images.count < 8)
        throw new HandfulError('NOTHING_TO_DO', { what: `training wants at least 8 images, there are ${images.count}` })
      const program = options.prepare(context)
      const run = new TrainingRun(program, options, context, Math.min(parameters.batch, images.count))
      try {
        yield* run.train()
        return await run.encoder()
      } finally {
        await run.dispose()
      }
    },
  }
}

class TrainingRun {
  private readonly program: GradientProgram
  private readonly optimizer: Optimizer
  private readonly context: FitContext<Trained>
  private readonly batch: number
  private readonly checkpoint: string
  private readonly checkpointSeconds: number
  private step: CompiledStep | undefined
  private plan: StepPlan | undefined

  constructor(
    program: GradientProgram,
    { optimizer, checkpointSeconds = 20 }: Pick<GradientTaskOptions<z.ZodType<Trained>>, 'optimizer' | 'checkpointSeconds'>,
    context: FitContext<Trained>,
    batch: number,
  ) {
    this.program = program
    this.optimizer = optimizer
    this.checkpointSeconds = checkpointSeconds
    this.context = context
    this.batch = batch
    this.checkpoint = join(context.folder, 'checkpoint')
  }

  async *train(): AsyncGenerator<Progress> {
    const { folder, threads, parameters, images, minutes } = this.context
    yield progress('Preparing the network', 0, 1)
    const known = readPlan(folder)
    const step = await this.compile(known?.threads ?? threads)
    const plan = known ?? (await this.measure(step, { threads, ...parameters, minutes, images: images.count }))
    this.plan = plan
    const saved = readCheckpoint(this.checkpoint)
    if (saved) step.load(saved.variables)
    const first = saved?.step ?? 0
    const began = performance.now()
    let reported = -Infinity
    let written = began
    for (let done = first; done < plan.steps; done++) {
      const outputs = await step.run(this.feeds(done + 1, plan))
      const now = performance.now()
      if (now - written > this.checkpointSeconds * 1000 || done + 1 === plan.steps) {
        writeCheckpoint(this.checkpoint, { step: done + 1, variables: step.variables() })
        written = now
      }
      if (now - reported > REPORT_SECONDS * 1000 || done + 1 === plan.steps) {
        reported = now
        const perStep = (now - began) / 1000 / (done + 1 - first)
        yield {
          ...progress('Training', done + 1, plan.steps),
          rate: this.batch / perStep,
          secondsLeft: perStep * (plan.steps - done - 1),
          values: Object.fromEntries(Object.entries(outputs).map(([name, { data }]) => [name, Number(data[0])])),
        }
      }
    }
  }

  /** The encoder with running statistics; it looks at each image by itself. */
  async encoder(): Promise<FittedEncoder> {
    const { program, plan } = this
    const { size } = this.context.images
    const state = this.step!.variables()
    const names = Object.keys({ ...program.weights, ...program.statistics })
    const model = await exportForward(
      (variables, { images }) => ({ embeddings: program.embed(images!, { variables, training: false, renewed: {} }) }),
      {
        variables: Object.fromEntries(names.map((name) => [name, state[name]!])),
        inputs: { images: { shape: [size, size, 3], type: 'uint8' } },
      },
    )
    const notes = [...program.notes, `Trained for ${plan!.steps.toLocaleString('en')} steps of ${this.batch} images.`]
    return { model, dimensions: program.dimensions, notes }
  }

  async dispose(): Promise<void> {
    await this.step?.dispose()
  }

  private async compile(threads: number): Promise<CompiledStep> {
    const { program, optimizer, batch } = this
    const { size } = this.context.images
    const state = optimizer.init(program.weights)
    const rates: InputPorts = Object.fromEntries(Object.keys(optimizer.rates(1, 1)).map((name) => [name, { shape: [] }]))
    this.step = await compile(trainingStep(program, optimizer, state), {
      variables: { ...program.weights, ...program.statistics, ...state },
      inputs: { views: { shape: [program.views * batch, size, size, 3], type: 'uint8' }, ...rates },
      session: { threads },
    })
    return this.step
  }

  /** Times some steps, then forgets them. */
  private async measure(step: CompiledStep, wish: Parameters<typeof measuredPlan>[1]): Promise<StepPlan> {
    const before = step.variables()
    const warmUp = { steps: 1, batch: this.batch, threads: wish.threads, secondsPerStep: 0 }
    const plan = await measuredPlan(this.context.folder, wish, this.batch, (at) => step.run(this.feeds(at, warmUp)))
    step.load(before)
    return plan
  }

  private feeds(step: number, plan: StepPlan): Record<string, Tensor> {
    const { images, seed, parameters } = this.context
    const { views: count, augmentation } = this.program
    const pixels = batchViews(images, { seed, step, batch: this.batch, views: count, augmentation })
    const warmUp = Math.max(1, Math.min(Math.ceil(plan.steps / 10), 200))
    const rate = warmUpCosine(step, { peak: parameters.learningRate, steps: plan.steps, warmUp })
    const rates = Object.entries(this.optimizer.rates(rate, step)).map(([name, value]) => [name, float32([], [value])])
    const shape = [count * this.batch, images.size, images.size, 3]
    return { views: tensor('uint8', shape, pixels), ...(Object.fromEntries(rates) as Record<string, Tensor>) }
  }
}

function trainingStep(program: GradientProgram, optimizer: Optimizer, state: Values): Step {
  return (variables, { views, ...rates }) => {
    const weights = pick(variables, program.weights)
    const { loss, gradients, others } = lossAndGradients((moving) => {
      const pass: Pass = { variables: { ...variables, ...moving }, training: true, renewed: {} }
      const { loss, parts } = program.loss(views!, pass)
      return { loss, others: { ...prefixed('part/', parts), ...prefixed('renewed/', pass.renewed) } }
    }, weights)
    const moved = optimizer.update(weights, clipped(gradients, LONGEST), pick(variables, state), rates)
    return {
      variables: { ...moved.weights, ...moved.state, ...unprefixed('renewed/', others) },
      outputs: { loss, ...unprefixed('part/', others) },
    }
  }
}

function pick(tensors: Tensors, names: object): Tensors {
  return Object.fromEntries(Object.keys(names).map((name) => [name, tensors[name]!]))
}

function prefixed(prefix: string, tensors: Tensors): Record<string, tf.Tensor> {
  return Object.fromEntries(Object.entries(tensors).map(([name, each]) => [prefix + name, each]))
}

function unprefixed(prefix: string, tensors: Tensors): Record<string, tf.Tensor> {
  const found = Object.entries(tensors).filter(([name]) => name.startsWith(prefix))
  return Object.fromEntries(found.map(([name, each]) => [name.slice(prefix.length), each]))
}

function progress(stage: string, done: number, total: number): Progress {
  return { stage, done, total, rate: null, secondsLeft: null, values: {} }
}
