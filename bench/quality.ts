/** Simulated labeling over sets × tasks × seeds within a time budget. Fits are cached by what they depend on, so that the table grows over days. */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type CommandContext, withClient } from '../src/main/command-line/command'
import { simulate, type Simulation } from '../src/main/command-line/simulate/simulate'
import { Terminal } from '../src/main/command-line/terminal'
import { RecentProjects } from '../src/main/handlers/recent'
import type { BenchResult } from './index'

/** Labels as multiples of the number of classes. */
const multiples = [1, 5, 10]
/** What a fit's outcome depends on besides the images. */
const sources = ['engine', 'views', 'encoders', 'evaluate', 'ssl', 'labeling', 'cluster', 'dataset']

interface Wanted {
  set: string
  task: string
  seed: number
  minutes: number
}

/** `--sets a,b --tasks instant,auto --seeds 0,1,2 --minutes 2 --cache <folder> --data <folder>` */
export async function run(given: Record<string, string>): Promise<BenchResult> {
  const data = given['data'] ?? process.env['HANDFUL_DATA']
  if (!data) throw new Error('Give --data <folder of labeled sets>, or set HANDFUL_DATA.')
  const cache = given['cache'] ?? join(tmpdir(), 'handful-quality')
  mkdirSync(cache, { recursive: true })
  const sets = (given['sets'] ?? 'clothing_small,math_symbols,trashnet').split(',')
  const tasks = (given['tasks'] ?? 'instant,auto').split(',')
  const seeds = (given['seeds'] ?? '0').split(',').map(Number)
  const minutes = Number(given['minutes'] ?? 2)
  const figures: Record<string, number> = {}
  for (const task of tasks) {
    const means: number[][] = []
    for (const set of sets) {
      const runs: Simulation[] = []
      for (const seed of seeds) runs.push(await cached(cache, data, { set, task, seed, minutes }))
      const accuracies = multiples.map((_, at) => mean(runs.map(({ results }) => results[at]!.accuracy)))
      means.push(accuracies)
      figures[`quality.${set}.${task}.knn`] = mean(runs.map(({ results }) => results[0]!.knn))
      multiples.forEach((multiple, at) => (figures[`quality.${set}.${task}.${multiple}`] = accuracies[at]!))
    }
    multiples.forEach((multiple, at) => (figures[`quality.mean.${task}.${multiple}`] = mean(means.map((each) => each[at]!))))
  }
  return { figures }
}

const mean = (values: number[]) => values.reduce((total, value) => total + value, 0) / values.length

async function cached(cache: string, data: string, wanted: Wanted): Promise<Simulation> {
  const { set, task, seed, minutes } = wanted
  const path = join(cache, `${set}-${task}-${seed}-${minutes}-${sourceHash()}.json`)
  if (existsSync(path)) return JSON.parse(readFileSync(path, 'utf8')) as Simulation
  const simulation = await session(join(data, set), wanted)
  writeFileSync(path, JSON.stringify(simulation))
  const shown = simulation.results.map(({ labels, accuracy }) => `${labels}: ${(100 * accuracy).toFixed(1)}`).join(', ')
  const fit = simulation.seconds['pretrain'] ?? 0
  console.error(
    `${set} ${task} seed ${seed}: ${shown}, kNN ${(100 * simulation.results[0]!.knn).toFixed(1)}, ${fit.toFixed(0)} s`,
  )
  return simulation
}

async function session(folder: string, { task, seed, minutes }: Wanted): Promise<Simulation> {
  const base = mkdtempSync(join(tmpdir(), 'handful-quality-'))
  const terminal = new Terminal({ out: process.stdout, err: process.stderr }, true)
  const host = {
    info: {
      version: '',
      platform: process.platform,
      capabilities: { dialog: false, drop: false, reveal: false },
      projectsFolder: base,
    },
    recent: new RecentProjects(base),
    resumeJobs: false,
  }
  const classes = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory()).length
  const labels = multiples.map((multiple) => multiple * classes)
  const options = { labels, perClass: [], task, parameters: {}, minutes, strategy: 'auto', seed }
  const play = (context: CommandContext) => simulate(context, folder, options)
  try {
    const signal = new AbortController().signal
    return await withClient(host, (client) => play({ client, terminal, signal, host }))
  } finally {
    rmSync(base, { recursive: true, force: true })
  }
}

/** Of every source file that a fit or a head goes through. */
function sourceHash(): string {
  const hash = createHash('sha256')
  for (const folder of sources) {
    const root = new URL(`../src/main/${folder}/`, import.meta.url)
    const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((file) => /(?<!\.test)\.ts$/.test(file))
    for (const file of files.sort()) hash.update(file).update(readFileSync(new URL(file, root)))
  }
  return hash.digest('hex').slice(0, 12)
}
