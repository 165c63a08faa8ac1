/** How fast a folder is imported, beside sharp alone doing the same with the same files, in turns. */
import { execFile } from 'node:child_process'
import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { extname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { familyMemory } from '../src/main/hosts/family-memory'
import { nodeExecutable } from '../src/main/hosts/node-path'
import { importJob } from '../src/main/jobs/import'
import { createProject } from '../src/main/store/open'
import { jobContext } from './import/context'
import { drawnPhotos } from './import/drawn-photos'

const run_ = promisify(execFile)

/** Sets that the default folder is made of: photos from 100 to 512 px, and drawings of 28 px. */
const photoSets = ['trashnet', 'clothing_small', 'sign_digits', 'plant_leaf_pv', 'bccd_blood']

/**
 * Options: `images` (4000), `rounds` (3), `sets` (names below HANDFUL_DATA, with commas). Without HANDFUL_DATA photos are drawn.
 * @returns figures: whole imports per second, their ratio to sharp alone (median of rounds), peak memory of all processes in MB
 */
export async function run({ images = '4000', rounds = '3', sets = photoSets.join(',') }: Record<string, string>) {
  const base = mkdtempSync(join(tmpdir(), 'handful-bench-import-'))
  try {
    const folder = join(base, 'images')
    const count = await fill(folder, Number(images), sets.split(','))
    const ours: number[] = []
    const alone: number[] = []
    let peak = 0
    for (let round = 0; round < Number(rounds); round++) {
      const done = await importOnce(folder, join(base, `${round}.handful`))
      const side = done.inputSize
      ours.push(done.seconds)
      peak = Math.max(peak, done.peak)
      alone.push(await sharpAlone(folder, side))
      console.error(`round ${round + 1}: import ${done.seconds.toFixed(2)} s, sharp alone ${alone.at(-1)!.toFixed(2)} s`)
    }
    const ratios = ours.map((seconds, round) => alone[round]! / seconds)
    return {
      figures: {
        'import.images_per_s': count / median(ours),
        'import.ratio_to_sharp': median(ratios),
        'import.peak_mb': peak / 1e6,
      },
      images: count,
      seconds: { import: ours, sharp: alone },
    }
  } finally {
    rmSync(base, { recursive: true })
  }
}

const median = (values: number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!

/** Each file gets a few bytes behind its end, which decoders do not look at: copies would be known by their hash and not decoded. */
async function fill(folder: string, count: number, sets: string[]): Promise<number> {
  mkdirSync(folder)
  const data = process.env['HANDFUL_DATA']
  const sources = data
    ? sets
        .flatMap((set) => globSync(join(data, set, '**/*.{jpg,png}')))
        .map((path) => ({ name: path, bytes: readFileSync(path) }))
    : await drawnPhotos(200)
  if (sources.length === 0) throw new Error(`No images of ${sets.join(', ')} below ${String(data)}.`)
  for (let index = 0; index < count; index++) {
    const { name, bytes } = sources[index % sources.length]!
    const path = join(folder, `${String(index).padStart(6, '0')}${extname(name)}`)
    writeFileSync(path, Buffer.concat([bytes, Buffer.from(String(index))]))
  }
  return count
}

async function importOnce(root: string, folder: string): Promise<{ seconds: number; peak: number; inputSize: number }> {
  if (existsSync(folder)) rmSync(folder, { recursive: true })
  const store = createProject(folder, { root: Buffer.from(root), fit: 'letterbox', followLinks: false })
  let peak = 0
  const look = setInterval(() => void familyMemory().then((bytes) => (peak = Math.max(peak, bytes))), 250)
  const began = performance.now()
  try {
    await importJob.run(jobContext(store), { automatic: false })
    return { seconds: (performance.now() - began) / 1000, peak, inputSize: Number(store.meta.get('inputSize')) }
  } finally {
    clearInterval(look)
    store.close()
    rmSync(folder, { recursive: true })
  }
}

async function sharpAlone(folder: string, side: number): Promise<number> {
  const here = (path: string) => join(import.meta.dirname, path)
  const loader = pathToFileURL(here('../src/main/hosts/source-loader.ts')).href
  const { stdout } = await run_(nodeExecutable(), ['--import', loader, here('import/sharp-alone.ts'), folder, String(side)])
  return Number(stdout)
}
