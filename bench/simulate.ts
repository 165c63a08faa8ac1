/** Simulated labeling sessions over a folder of labeled sets: each encoder under the same heads, as figures and as a table for the docs. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type CommandContext, withClient } from '../src/main/command-line/command'
import { simulate, type Simulation } from '../src/main/command-line/simulate/simulate'
import type { BenchResult } from './index'
import { benchHost, quietTerminal } from './labeled/host'
import { commandOf, multiples, percent, table, writePart } from './labeled/report'
import { classCountOf, dataFolder, labeledSets } from './labeled/sets'
import { mean } from './labeling/curves'

interface Options {
  /** Folder of sets; default: HANDFUL_DATA. */
  data: string
  sets: string[]
  tasks: string[]
  seeds: number[]
  /** A Markdown file whose part between the marks is replaced. */
  write: string | null
}

type Means = Record<string, { images: number; classes: number; byTask: Record<string, TaskMeans> }>
interface TaskMeans {
  knn: number
  accuracy: number[]
  balanced: number[]
  seconds: number
  peakMb: number
}

/** `--sets a,b --tasks instant,pixels --seeds 0,1,2 --write docs/benchmarks.md` */
export async function run(given: Record<string, string>): Promise<BenchResult & { sets: Means }> {
  const options = read(given)
  const means: Means = {}
  const base = mkdtempSync(join(tmpdir(), 'handful-bench-'))
  try {
    for (const set of options.sets) {
      for (const task of options.tasks) {
        const runs: Simulation[] = []
        for (const seed of options.seeds) runs.push(await session(join(options.data, set), base, { task, seed }))
        const { images, classes } = runs[0]!
        means[set] ??= { images, classes, byTask: {} }
        means[set].byTask[task] = meansOf(runs)
        if (options.write) writeTable(options.write, given, options, means)
      }
    }
  } finally {
    rmSync(base, { recursive: true, force: true })
  }
  return { figures: figuresOf(means, options.tasks), sets: means }
}

function read(given: Record<string, string>): Options {
  const data = dataFolder(given)
  return {
    data,
    sets: given['sets']?.split(',') ?? labeledSets(data),
    tasks: (given['tasks'] ?? 'instant,pixels').split(','),
    seeds: (given['seeds'] ?? '0,1,2').split(',').map(Number),
    write: given['write'] ?? null,
  }
}

async function session(folder: string, base: string, { task, seed }: { task: string; seed: number }): Promise<Simulation> {
  const host = benchHost(base)
  const labels = multiples.map((multiple) => multiple * classCountOf(folder))
  const play = (context: CommandContext) =>
    simulate(context, folder, { labels, perClass: [], task, parameters: {}, strategy: 'auto', seed })
  const signal = new AbortController().signal
  const result = await withClient(host, (client) => play({ client, terminal: quietTerminal(), signal, host }))
  const shown = result.results.map(({ labels: count, accuracy }) => `${count}: ${(100 * accuracy).toFixed(1)}`).join(', ')
  const seconds = Object.values(result.seconds).reduce((total, value) => total + value, 0)
  console.error(
    `${folder} ${task} seed ${seed}: ${shown}, kNN ${(100 * result.results[0]!.knn).toFixed(1)}, ${seconds.toFixed(0)} s`,
  )
  return result
}

function meansOf(runs: Simulation[]): TaskMeans {
  const over = (pick: (run: Simulation) => number) => mean(runs.map(pick))
  return {
    knn: over(({ results }) => results[0]!.knn),
    accuracy: multiples.map((_, index) => over(({ results }) => results[index]!.accuracy)),
    balanced: multiples.map((_, index) => over(({ results }) => results[index]!.balancedAccuracy)),
    seconds: over(({ seconds }) => (seconds['import'] ?? 0) + (seconds['pretrain'] ?? 0)),
    peakMb: Math.max(...runs.map(({ peakMb }) => peakMb)),
  }
}

/** `simulate.<set>.<task>.x10`, `.knn`, and over all sets `simulate.mean.<task>.x10`. */
function figuresOf(means: Means, tasks: string[]): Record<string, number> {
  const figures: Record<string, number> = {}
  for (const [set, { byTask }] of Object.entries(means)) {
    for (const [task, { knn, accuracy }] of Object.entries(byTask)) {
      figures[`simulate.${set}.${task}.knn`] = knn
      multiples.forEach((multiple, index) => (figures[`simulate.${set}.${task}.x${multiple}`] = accuracy[index]!))
    }
  }
  for (const task of tasks) Object.assign(figures, meanFigures(Object.values(means), task))
  return figures
}

function meanFigures(sets: Means[string][], task: string): Record<string, number> {
  const all = sets.flatMap(({ byTask }) => byTask[task] ?? [])
  if (all.length === 0) return {}
  const figures = { [`simulate.mean.${task}.knn`]: mean(all.map(({ knn }) => knn)) }
  multiples.forEach((multiple, index) => {
    figures[`simulate.mean.${task}.x${multiple}`] = mean(all.map(({ accuracy }) => accuracy[index]!))
  })
  return figures
}

function writeTable(path: string, given: Record<string, string>, { tasks, seeds }: Options, means: Means): void {
  const figures = figuresOf(means, tasks)
  const cell = (pick: (task: string) => number | undefined) => tasks.map((task) => percent(pick(task))).join(' → ')
  const rows = Object.entries(means).map(([set, { images, classes, byTask }]) => {
    const cells = multiples.map((_, index) => cell((task) => byTask[task]?.accuracy[index]))
    const seconds = tasks.map((task) => byTask[task]?.seconds.toFixed(0) ?? '').join(' → ')
    return [`${set} (${images}, ${classes})`, cell((task) => byTask[task]?.knn), ...cells, seconds]
  })
  const overall = ['knn', ...multiples.map((multiple) => `x${multiple}`)].map((name) =>
    cell((task) => figures[`simulate.mean.${task}.${name}`]),
  )
  const head = ['set (images, classes)', 'kNN', ...multiples.map((multiple) => `${multiple} × classes`), 'seconds']
  writePart(path, 'simulate', 'Simulated labeling', [
    `\`${commandOf('simulate', given)}\` (accuracy in % on the images not labeled, mean of ${seeds.length} seeds, ${tasks.join(' → ')};`,
    'queries by the strategy _auto_ without the truth; heads chosen by cross-validation; import and pretraining in seconds).',
    '',
    ...table(head, [...rows, ['**mean**', ...overall, '']]),
  ])
}
