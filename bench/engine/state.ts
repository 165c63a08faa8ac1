/** What it costs to keep the state of a run: moving it in and out of every step, and writing it as a checkpoint. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { compile, stepsFeeds, traceStep } from '../../src/main/engine/compile'
import type { Step, Values } from '../../src/main/engine/program'
import { Session } from '../../src/main/engine/session'
import { float32 } from '../../src/main/engine/tensor'
import { tf } from '../../src/main/engine/tfjs'
import { writeCheckpoint } from '../../src/main/engine/training/checkpoint'
import { adamW } from '../../src/main/engine/training/optimizers'
import { median } from './median'
import { stepOf } from './step'

/** Pairs of goes that are compared. */
const PAIRS = 21

/**
 * Share of a step that goes to moving its state out of the runtime: goes of so many steps that do so and goes that compute the same and answer their
 * losses alone, in turns. Moving in costs nothing: the runtime reads it where it lies.
 */
export async function movingShare(net: string, threads: number, atOnce: number): Promise<number> {
  const { step, options, feeds } = stepOf(net)
  const { model, packing } = await traceStep(step, options)
  const session = await Session.create(model, { optimization: 'extended', threads })
  const given = stepsFeeds(Array<Values>(atOnce).fill(feeds(1)), packing.pack(options.variables))
  const timed = async (fetches?: string[]) => {
    const began = performance.now()
    await session.run(given, fetches)
    return performance.now() - began
  }
  const [moving, alone]: [number[], number[]] = [[], []]
  for (let pair = -1; pair < PAIRS; pair++) {
    const [all, losses] = [await timed(), await timed(['loss'])]
    if (pair < 0) continue
    moving.push(all)
    alone.push(losses)
  }
  await session.dispose()
  return Math.max(0, 1 - median(alone) / median(moving))
}

const PARAMETERS = 2_000_000
/** A matrix of a usual size. */
const SHAPE = [500, 500]

/** Milliseconds of writing weights and AdamW's moments of two million parameters, flushed to the disk. */
export async function checkpointMilliseconds(): Promise<number> {
  const size = SHAPE[0]! * SHAPE[1]!
  const weights = Object.fromEntries(
    Array.from({ length: PARAMETERS / size }, (_, at) => [`weight ${at}`, float32(SHAPE, new Float32Array(size).fill(at + 0.5))]),
  )
  const variables = { ...weights, ...adamW().init(weights) }
  const handOn: Step = () => ({ variables: {}, outputs: { loss: tf.scalar(0) } })
  const step = await compile(handOn, { variables, inputs: {} })
  const folder = mkdtempSync(join(tmpdir(), 'handful-bench-'))
  const times: number[] = []
  for (let at = 0; at < 9; at++) {
    const began = performance.now()
    writeCheckpoint(join(folder, 'checkpoint'), { step: at, variables: step.variables() })
    times.push(performance.now() - began)
  }
  rmSync(folder, { recursive: true })
  await step.dispose()
  return median(times)
}
