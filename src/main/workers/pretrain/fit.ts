/** Fits a run's encoder and writes it beside a description of how it came about. */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { HandfulError } from '@shared/errors'
import type { Progress } from '@shared/model'
import { type Ports, portsOf } from '../../engine/onnx-model'
import { otherProviders } from '../../engine/providers'
import { writeWhole } from '../../engine/whole-file'
import { Looks } from '../../evaluate/looks'
import { holdBack } from '../../evaluate/score-pool'
import { tasks } from '../../ssl/registry'
import { copyPlans, readPlan } from '../../ssl/step-plan'
import { atStage, type FitContext, type TaskDescriptor } from '../../ssl/task'
import { startName } from '../../ssl/transfer'
import { openReader, type Reader } from '../../store/reader'
import { openImages } from './images'

export interface FitRequest {
  projectFolder: string
  runId: string
  task: string
  parameters: Record<string, unknown>
  seed: number
  minutes?: number | undefined
  plan?: string | undefined
  threads: number
}

export interface FitResult {
  inputSize: number
  dimensions: number
  scores: Record<string, number>
  notes: string[]
}

export async function* fitRun(
  request: FitRequest,
  process: Pick<FitContext<unknown>, 'pause' | 'makeViews' | 'stock'>,
): AsyncGenerator<Progress, FitResult> {
  const folder = join(request.projectFolder, 'runs', request.runId)
  mkdirSync(folder, { recursive: true })
  const finished = readDescription(folder)
  if (finished) return finished
  if (request.plan) copyPlans(join(request.projectFolder, 'runs', request.plan), folder)
  const task = tasks.find(({ descriptor }) => descriptor.id === request.task)
  if (!task) throw new HandfulError('UNKNOWN_ID', { what: 'pretext task', id: request.task })
  const parameters = checked(task.descriptor as TaskDescriptor, request.parameters)
  const began = performance.now()
  const reader = openReader(request.projectFolder)
  const order = reader.canonicalOrder()
  const { images, close } = openImages(reader, order)
  try {
    const { learned, pool } = holdBack(images)
    const before = reader.runs.get(request.runId).seconds ?? 0
    const clock = () => before + (performance.now() - began) / 1000
    const ordinals = pool.positions.map((position) => order[position]!)
    const looks = new Looks({ folder, pool, ordinals, threads: readPlan(folder)?.threads ?? request.threads, clock })
    const context = { ...request, images: learned, pool, parameters, folder, looks, ...process, providers: otherProviders }
    const fitted = yield* task.fit(context)
    const { model, dimensions, inputSize = images.size } = fitted
    yield atStage('Scoring the encoder', 0, 1)
    // Pixels of another size are made only later; and views of the usual ones say little of what was not learned from them.
    const scored = inputSize === images.size
    const scores = scored ? (await looks.take(fitted, null)).scores : {}
    const spared = scored && learned.count < images.count
    const heldNote = `Scored on ${pool.asked} images held back from training, looked for among ${pool.images.count}.`
    const result = { inputSize, dimensions, scores, notes: [...fitted.notes, ...(spared ? [heldNote] : [])] }
    writeWhole(join(folder, 'encoder.onnx'), model)
    writeWhole(
      join(folder, 'encoder.json'),
      JSON.stringify(
        { ...description({ ...request, parameters }, reader, images.count, portsOf(model), inputSize), ...result },
        null,
        2,
      ),
    )
    rmSync(join(folder, startName), { force: true })
    return result
  } finally {
    close()
    reader.close()
  }
}

/** @throws HandfulError BAD_PARAMETER */
function checked(descriptor: TaskDescriptor, given: Record<string, unknown>): Record<string, unknown> {
  const parsed = descriptor.parameters.safeParse(given)
  if (parsed.success) return parsed.data as Record<string, unknown>
  const [issue] = parsed.error.issues
  throw new HandfulError('BAD_PARAMETER', { name: issue!.path.join('.') || descriptor.id, reason: issue!.message })
}

function description({ task, parameters, seed }: FitRequest, reader: Reader, images: number, ports: Ports, inputSize: number) {
  return {
    task,
    parameters,
    seed,
    input: {
      name: ports.inputs[0]!.name,
      type: 'uint8',
      shape: [ports.inputs[0]!.shape?.[0] ?? 'batch', inputSize, inputSize, 3],
      range: [0, 255],
      normalisation: 'inside the model',
    },
    output: { name: ports.outputs[0]!.name, type: 'float32' },
    fit: reader.meta.facts().fit,
    images,
    dataFingerprint: fingerprint(reader),
  }
}

/** SHA-256 over the content hashes in their order: the same images, the same fingerprint. */
function fingerprint(reader: Reader): string {
  const hash = createHash('sha256')
  for (const sha256 of [...reader.ordinalsByHash().keys()].sort()) hash.update(sha256)
  return hash.digest('hex')
}

/** Null until both files of a run are there. */
export function readDescription(folder: string): FitResult | null {
  const path = join(folder, 'encoder.json')
  if (!existsSync(path) || !existsSync(join(folder, 'encoder.onnx'))) return null
  const { inputSize, dimensions, scores, notes } = JSON.parse(readFileSync(path, 'utf8')) as FitResult
  return { inputSize, dimensions, scores, notes }
}
