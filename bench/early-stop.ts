/** Whether training stops at the right time: an encoder that stopped early beside the same run to the end of its plan. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { finish } from '../src/main/encoders/describe'
import { matrix, withProducts } from '../src/main/engine/linear-algebra'
import { withSession } from '../src/main/engine/session'
import { knnAccuracy } from '../src/main/evaluate/knn-accuracy'
import { Looks } from '../src/main/evaluate/looks'
import { holdBack } from '../src/main/evaluate/score-pool'
import { tasks } from '../src/main/ssl/registry'
import { lastStep, readPlan, writePlan } from '../src/main/ssl/step-plan'
import type { FittedEncoder, TaskDescriptor } from '../src/main/ssl/task'
import { batches, type ImageSource, imagesInMemory } from '../src/main/views/images'
import type { BenchResult } from './index'

const [size, batch, threads, lookEvery] = [32, 64, 2, 25]

/**
 * `--sets a,b --task vicreg --steps 800 --seed 0 --data <folder>`. Per set and way (`stopped`, `whole`): `knn` by the true classes, which the
 * runs never see, `retrieval` of held-back samples, and the `steps` taken.
 */
export async function run(given: Record<string, string>): Promise<BenchResult> {
  const data = given['data'] ?? process.env['HANDFUL_DATA']
  if (!data) throw new Error('Give --data <folder of labeled sets>, or set HANDFUL_DATA.')
  const wish = { task: given['task'] ?? 'vicreg', steps: Number(given['steps'] ?? 800), seed: Number(given['seed'] ?? 0) }
  const figures: Record<string, number> = {}
  for (const set of (given['sets'] ?? 'sign_digits,trashnet,plant_leaf_pv').split(',')) {
    const labeled = await read(join(data, set))
    for (const way of ['stopped', 'whole'] as const) {
      const found = await train(labeled, { ...wish, stopEarly: way === 'stopped' })
      for (const [name, value] of Object.entries(found)) figures[`early_stop.${set}.${way}.${name}`] = value
      console.error(set, way, JSON.stringify(found))
    }
  }
  return { figures }
}

interface Labeled {
  images: ImageSource
  classes: number[]
}

async function read(folder: string): Promise<Labeled> {
  const names = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory())
  const files = names.flatMap(({ name }, at) =>
    readdirSync(join(folder, name)).map((file) => ({ at, path: join(folder, name, file) })),
  )
  const squares = await Promise.all(
    files.map(({ path }) =>
      sharp(path).removeAlpha().toColourspace('srgb').resize(size, size, { fit: 'contain' }).raw().toBuffer(),
    ),
  )
  return { images: imagesInMemory(Buffer.concat(squares), size), classes: files.map(({ at }) => at) }
}

interface Wish {
  task: string
  steps: number
  seed: number
  stopEarly: boolean
}

async function train({ images, classes }: Labeled, { task: id, steps, seed, stopEarly }: Wish) {
  const task = tasks.find(({ descriptor }) => descriptor.id === id)!
  const folder = mkdtempSync(join(tmpdir(), 'handful-early-stop-'))
  try {
    const { learned, pool } = holdBack(images)
    writePlan(folder, { steps, batch: Math.min(batch, learned.count), threads, secondsPerStep: 1, lookEvery })
    const looks = new Looks({ folder, pool, ordinals: pool.positions, threads, clock: () => 0 })
    const parameters = (task.descriptor as TaskDescriptor).parameters.parse({ batch, encoder: 'nano', stopEarly })
    const fitted = await finish(task.fit({ images: learned, seed, parameters, threads, folder, looks }))
    const { scores } = await looks.take(fitted, null)
    return { knn: await accuracy(fitted, images, classes), retrieval: scores['retrieval']!, steps: lastStep(readPlan(folder)!) }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function accuracy({ model, dimensions }: FittedEncoder, images: ImageSource, classes: number[]): Promise<number> {
  const embeddings = matrix(images.count, dimensions)
  await withSession(model, { threads }, async (session) => {
    for (const positions of batches(images.count, batch)) {
      const data = images.read(positions)
      const values = await session.values({ images: { type: 'uint8', shape: [positions.length, size, size, 3], data } })
      embeddings.data.set(values, positions[0]! * dimensions)
    }
  })
  return withProducts(threads, (products) => knnAccuracy(embeddings, classes, products))
}
