/** How good encoders are: accuracy by the number of labels over sets × tasks × seeds and label draws, beside peers. What was fitted is kept, so that the tables grow over days. */
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type MatrixProducts, withProducts } from '../src/main/engine/linear-algebra'
import { taskDescriptors } from '../src/main/ssl/descriptors'
import { dataFolder, labeledSets } from './labeled/sets'
import type { BenchResult } from './index'
import { scoresOf } from './quality/draws'
import { type Fit, Fits } from './quality/fits'
import { figuresOf, type Outcome } from './quality/outcomes'
import { peers } from './quality/peers'
import { writeReport } from './quality/report'

/** Tasks that get the whole budget and every seed; the others have one of their own, and the first seed. */
const raced = ['auto', 'instant']

/** Draws for points on the way to a final accuracy. */
const fewDraws = 5

interface Options {
  sets: string[]
  tasks: string[]
  peers: string[]
  seeds: number[]
  /** Of the raced tasks and of peers. */
  minutes: number
  otherMinutes: number
  /** Shorter budgets of auto, with the first seed: how soon it is good. */
  earlier: number[]
  draws: number
}

/**
 * `--sets a,b --tasks instant,auto|all --seeds 0,1,2 --minutes 10 --other-minutes 2 --earlier 1,2,5 --draws 20 --peers simclr,vicreg,hog
 * --cache <folder> --data <folder> --write docs/benchmarks.md --kept`; the last fits nothing and leaves out what is not in the cache. Sets: those of the
 * data folder, and `fmnist`.
 */
export async function run(given: Record<string, string>): Promise<BenchResult> {
  const data = dataFolder(given)
  const options = read(given, data)
  const cache = given['cache'] ?? join(tmpdir(), 'handful-quality')
  const fits = new Fits({ cache, data, keptOnly: given['kept'] === 'true' })
  const outcomes: Outcome[] = []
  try {
    await withProducts(2, async (products) => {
      for (const set of options.sets) {
        for await (const outcome of measure(fits, set, options, products)) {
          outcomes.push(outcome)
          if (given['write']) writeReport(given['write'], given, { outcomes, sets: options.sets, draws: options.draws })
        }
      }
    })
  } finally {
    fits.dispose()
  }
  return { figures: figuresOf(outcomes, options.sets) }
}

function read(given: Record<string, string>, data: string): Options {
  const list = (name: string, usual: string) => (given[name] ?? usual).split(',').filter((one) => one !== '')
  const every = taskDescriptors.map(({ id }) => id).filter((id) => id !== 'brought')
  const wanted = list('tasks', 'instant,auto')
  return {
    sets: given['sets'] ? list('sets', '') : [...labeledSets(data), 'fmnist'],
    tasks: wanted.includes('all') ? every : wanted,
    peers: list('peers', ''),
    seeds: list('seeds', '0,1,2').map(Number),
    minutes: Number(given['minutes'] ?? 10),
    otherMinutes: Number(given['other-minutes'] ?? 2),
    earlier: list('earlier', '').map(Number),
    draws: Number(given['draws'] ?? 20),
  }
}

async function* measure(
  fits: Fits,
  set: string,
  { tasks, peers: wanted, seeds, minutes, otherMinutes, earlier, draws }: Options,
  products: MatrixProducts,
): AsyncGenerator<Outcome> {
  const outcome = async (facts: Pick<Outcome, 'what' | 'minutes' | 'final' | 'isPeer'>, found: Map<number, Fit>) => {
    const runs: Outcome['runs'] = new Map()
    const its = facts.final ? draws : Math.min(draws, fewDraws)
    for (const [seed, fit] of found) runs.set(seed, { ...(await scoresOf(fit, its, products)), seconds: fit.seconds })
    const { truth, classCount: classes } = [...found.values()][0]!
    console.error(set, facts.what, `${facts.minutes} min`, [...runs.values()].map(shown).join('; '))
    return { set, images: truth.length, classes, ...facts, runs }
  }
  const ofTask = async (task: string, budget: number, its: readonly number[], final: boolean) => {
    const found = new Map<number, Fit>()
    for (const seed of its) {
      const fit = await fits.ofTask(set, task, seed, budget)
      if (fit) found.set(seed, fit)
    }
    return found.size > 0 ? [await outcome({ what: task, minutes: budget, final, isPeer: false }, found)] : []
  }
  for (const task of tasks) {
    yield* raced.includes(task)
      ? await ofTask(task, minutes, seeds, true)
      : await ofTask(task, otherMinutes, seeds.slice(0, 1), true)
  }
  for (const budget of earlier) yield* await ofTask('auto', budget, seeds.slice(0, 1), false)
  for (const name of wanted) {
    const peer = peers[name]
    if (!peer) throw new Error(`There is no peer "${name}". There are: ${Object.keys(peers).join(', ')}.`)
    const found = await fits.ofPeer(set, peer, seeds[0]!, minutes)
    for (const [at, part] of peer.checkpoints.entries()) {
      if (!found) continue
      const facts = { what: peer.id, minutes: part * minutes, final: part === 1, isPeer: true }
      yield await outcome(facts, new Map([[seeds[0]!, found[at]!]]))
    }
  }
}

const shown = ({ knn, accuracies }: { knn: number; accuracies: number[][] }) => {
  const means = accuracies[0]!.map((_, at) => accuracies.reduce((sum, draw) => sum + draw[at]!, 0) / accuracies.length)
  return `kNN ${(100 * knn).toFixed(1)}, ${means.map((value) => (100 * value).toFixed(1)).join(' / ')}`
}
