/** What making views while a run trains costs: steps with live views, as runs have them, beside the same steps on views made beforehand. */
import { join } from 'node:path'
import { compile } from '../src/main/engine/compile'
import type { Values } from '../src/main/engine/program'
import { random } from '../src/main/engine/random'
import { workerArguments } from '../src/main/hosts/worker-entry'
import { batchesOf, type ViewJob } from '../src/main/ssl/batches'
import { inputPorts, stepInputs } from '../src/main/ssl/step-inputs'
import { initialVariables, trainingStep } from '../src/main/ssl/training-step'
import { trainingViews } from '../src/main/ssl/training-views'
import { ViewThreads } from '../src/main/ssl/view-threads'
import { prepareVicreg } from '../src/main/ssl/vicreg'
import { vicregDescriptor } from '../src/main/ssl/vicreg.descriptor'
import { imagesInMemory } from '../src/main/views/images'
import type { BenchResult } from './index'

const [size, count, batch, threads] = [64, 1024, 128, 2]
const stock = join(import.meta.dirname, '../resources/encoders/stock.onnx')

/** `--encoders nano,small,stock --rounds 7 --steps 4` */
export async function run(given: Record<string, string>): Promise<BenchResult> {
  const figures: Record<string, number> = {}
  for (const encoder of (given['encoders'] ?? 'nano,small,stock').split(',')) {
    const { live, before } = await measure(encoder, Number(given['rounds'] ?? 7), Number(given['steps'] ?? 4))
    figures[`views.${encoder}.images_per_s`] = batch / live
    figures[`views.${encoder}.ratio`] = before / live
  }
  return { figures }
}

/** Median seconds of a step. */
async function measure(encoder: string, rounds: number, steps: number): Promise<{ live: number; before: number }> {
  const draws = random(1)
  const pixels = Uint8Array.from({ length: count * size * size * 3 }, () => draws.below(256))
  const images = imagesInMemory(pixels, size)
  const parameters = vicregDescriptor.parameters.parse({ encoder, batch })
  const augmentation = trainingViews('compared', 'photos')
  const program = prepareVicreg({ images, seed: 0, threads, folder: '', parameters, augmentation, stock })
  const [variables, inputs] = [initialVariables(program), inputPorts(program, size, batch)]
  const step = await compile(trainingStep(program), { variables, inputs, session: { threads } })
  const course = { seed: 0, batch, steps: 1000, learningRate: 0.002 }
  const viewThreads = new ViewThreads(workerArguments('views'))
  const source = { batchAt: batchesOf(images, course), makeViews: (job: ViewJob) => viewThreads.make(job, threads) }
  const inputsOf = (at: number) => stepInputs(program, source, course, at + 1)
  const made = await Promise.all(Array.from({ length: steps }, (_, at) => inputsOf(at)))
  await step.runMany(made)
  const timed = async (inputsOf: (at: number) => Promise<Values>) => {
    const began = performance.now()
    const many: Values[] = []
    for (let at = 0; at < steps; at++) many.push(await inputsOf(at))
    await step.runMany(many)
    return (performance.now() - began) / 1000 / steps
  }
  const [live, before]: [number[], number[]] = [[], []]
  for (let round = 0; round < rounds; round++) {
    before.push(await timed((at) => Promise.resolve(made[at % steps]!)))
    live.push(await timed(inputsOf))
  }
  await step.dispose()
  await viewThreads.close()
  return { live: median(live), before: median(before) }
}

const median = (values: number[]) => values.toSorted((a, b) => a - b)[values.length >> 1]!
