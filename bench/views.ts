/** What making views while a run trains costs: steps with live views beside the same steps on views made beforehand, 64 px, two threads. */
import { compile } from '../src/main/engine/compile'
import { random } from '../src/main/engine/random'
import { inputPorts, stepInputs } from '../src/main/ssl/step-inputs'
import { initialVariables, trainingStep } from '../src/main/ssl/training-step'
import { trainingViews } from '../src/main/ssl/training-views'
import { prepareVicreg } from '../src/main/ssl/vicreg'
import { vicregDescriptor } from '../src/main/ssl/vicreg.descriptor'
import { imagesInMemory } from '../src/main/views/images'
import type { BenchResult } from './index'

const [size, count, batch, threads] = [64, 1024, 128, 2]

/** `--encoders nano,small --rounds 7 --steps 4` */
export async function run(given: Record<string, string>): Promise<BenchResult> {
  const figures: Record<string, number> = {}
  for (const encoder of (given['encoders'] ?? 'nano,small').split(',')) {
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
  const program = prepareVicreg({ images, seed: 0, threads, folder: '', parameters, augmentation })
  const [variables, inputs] = [initialVariables(program), inputPorts(program, size, batch)]
  const step = await compile(trainingStep(program), { variables, inputs, session: { threads } })
  const course = { seed: 0, batch, steps: 1000, learningRate: 0.002 }
  const viewsOf = (at: number) => stepInputs(program, images, course, at + 1)
  const made = Array.from({ length: steps }, (_, at) => viewsOf(at))
  await step.run(made[0]!)
  const timed = async (inputsOf: (at: number) => ReturnType<typeof viewsOf>) => {
    const began = performance.now()
    for (let at = 0; at < steps; at++) await step.run(inputsOf(at))
    return (performance.now() - began) / 1000 / steps
  }
  const [live, before]: [number[], number[]] = [[], []]
  for (let round = 0; round < rounds; round++) {
    before.push(await timed((at) => made[at]!))
    live.push(await timed(viewsOf))
  }
  await step.dispose()
  return { live: median(live), before: median(before) }
}

const median = (values: number[]) => values.toSorted((a, b) => a - b)[values.length >> 1]!
