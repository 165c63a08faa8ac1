/** For tests: fits VICReg to made-up images in a process of its own and prints the loss of every step. Arguments: folder, steps. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { random } from '../engine/random'
import { imagesInMemory } from '../views/images'
import { gradientTask } from './gradient-task'
import { vicregDescriptor } from './vicreg.descriptor'
import { prepareVicreg } from './vicreg'

const [, , folder, epochs] = process.argv as [string, string, string, string]
const size = 16
const draws = random(5)
const pixels = Uint8Array.from({ length: 64 * size * size * 3 }, () => draws.below(256))

const task = gradientTask({ descriptor: vicregDescriptor, prepare: prepareVicreg, checkpointSeconds: 0 })
const parameters = {
  epochs: Number(epochs),
  batch: 16,
  encoder: 'nano' as const,
  projection: 16,
  domain: 'photos' as const,
  stopEarly: true,
  startFrom: '',
  learningRate: 0.002,
}
const fitting = task.fit({ images: imagesInMemory(pixels, size), seed: 3, parameters, threads: 1, folder })
for (let event = await fitting.next(); ; event = await fitting.next()) {
  if (event.done) {
    writeFileSync(join(folder, 'encoder.onnx'), event.value.model)
    break
  }
  const { done, values } = event.value
  process.stdout.write(`${done} ${values['loss'] ?? ''}\n`)
}
