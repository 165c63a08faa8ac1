/** What it costs to keep the state of a run: moving it in and out of every step, and writing it as a checkpoint. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { compile } from '../../src/main/engine/compile'
import type { Step, Values } from '../../src/main/engine/program'
import { float32 } from '../../src/main/engine/tensor'
import { tf } from '../../src/main/engine/tfjs'
import { writeCheckpoint } from '../../src/main/engine/training/checkpoint'
import { adamW } from '../../src/main/engine/training/optimizers'
import { median } from './median'

/**
 * Milliseconds of each of `steps` steps that hand every variable on as it is: all that a step does but its arithmetic. An upper bound, since a
 * real step writes new values in place of the copies made here.
 */
export async function movingTimes(variables: Values, steps: number, threads: number): Promise<number[]> {
  const handOn: Step = (state) => ({
    variables: Object.fromEntries(Object.entries(state).map(([name, value]) => [name, tf.clone(value)])),
    outputs: { loss: tf.scalar(0) },
  })
  const step = await compile(handOn, { variables, inputs: {}, session: { threads } })
  const times: number[] = []
  for (let at = 0; at < steps + 2; at++) {
    const began = performance.now()
    await step.run({})
    if (at > 1) times.push(performance.now() - began)
  }
  await step.dispose()
  return times
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
    writeCheckpoint(join(folder, 'checkpoint'), { step: at, variables: step.variablesInPlace() })
    times.push(performance.now() - began)
  }
  rmSync(folder, { recursive: true })
  await step.dispose()
  return median(times)
}
