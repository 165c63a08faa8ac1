/** What a pretext task is: it learns an encoder from images alone. Adding one is one file and one line in the registry. */
import type { Progress } from '@shared/model'
import type { z } from 'zod'
import type { ProviderReport } from '../engine/providers'
import type { Looks } from '../evaluate/looks'
import type { ScorePool } from '../evaluate/score-pool'
import type { ImageSource } from '../views/images'
import type { Partners, ViewJob } from './batches'
import type { Pause } from './pause'
import type { ViewKind } from './training-views'

export interface FitContext<P> {
  /** In canonical order: results do not depend on what files are called. */
  images: ImageSource
  seed: number
  parameters: P
  threads: number
  /** Execution providers besides the processor, tried when a network is trained; without it the processor trains. */
  providers?: (() => Promise<readonly ProviderReport[]>) | undefined
  /** Time budget; tasks without one take what they need. */
  minutes?: number | undefined
  /** The run's folder, for checkpoints. */
  folder: string
  /** File of the encoder that comes with the app; without it nothing is joined, and networks begin from nothing. */
  stock?: string | undefined
  /** Makes views in another thread; without it they are made between steps. */
  makeViews?: ((job: ViewJob) => Promise<Uint8Array>) | undefined
  /** Images that stand for one another in training; without them each stands for itself. */
  partners?: Partners | undefined
  /** Looks at held-back samples while training; without them none are taken. */
  looks?: Looks | undefined
  /** Images held back from training, for tasks that compare encoders by a score; without it they draw from all. */
  pool?: ScorePool | undefined
  /** Whoever trains for long looks at it between steps. */
  pause?: Pause | undefined
}

export interface FittedEncoder {
  /**
   * ONNX: `images` uint8 [batch, size, size, 3] → `embeddings` float32 [batch, dimensions]; standard operators, opset ≤ 17, unless it was
   * brought from elsewhere.
   */
  model: Uint8Array
  dimensions: number
  /** Side of the images that it reads, px; that of the project when left out. */
  inputSize?: number
  /** Choices made without asking, in plain words. */
  notes: string[]
}

export interface TaskDescriptor<S extends z.ZodType = z.ZodType> {
  id: string
  title: string
  /** One plain sentence: when it helps. */
  help: string
  /** How far altered versions that it trains on go; left out by tasks that look at none. */
  views?: ViewKind
  /** With fewer images it keeps to the instant encoder. */
  fewestImages?: number
  /** The budget to begin with; left out by tasks that decide well themselves. */
  minutes?: number
  /** With defaults, bounds and units. */
  parameters: S
}

export interface PretextTask<S extends z.ZodType = z.ZodType> {
  descriptor: TaskDescriptor<S>
  fit(context: FitContext<z.infer<S>>): AsyncGenerator<Progress, FittedEncoder>
}

/** Progress of a stage that counts. */
export const atStage = (stage: string, done: number, total: number): Progress => ({
  stage,
  done,
  total,
  rate: null,
  secondsLeft: null,
  values: {},
})
