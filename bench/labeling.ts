/** Labeling over labeled sets: strategies, heads, long tails, calibration, audits, cleaning, speed. */
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { type MatrixProducts, withProducts } from '../src/main/engine/linear-algebra'
import { heads } from '../src/main/labeling/heads/registry'
import { strategies } from '../src/main/labeling/strategies/registry'
import type { BenchResult } from './index'
import { auditsOf, type PlayedAudit } from './labeling/audits'
import { calibrationOf } from './labeling/calibration'
import { cleanedOf } from './labeling/cleaning'
import { type Curve, curve, mean, meanCurve, saved } from './labeling/curves'
import { type EmbeddedSet, embeddedSet } from './labeling/embedded-set'
import { speed } from './labeling/speed'
import { tailRecall } from './labeling/tails'

type Figures = Record<string, number>
interface Options {
  seeds: number[]
  /** Draws of labels for calibration; audits a set. */
  draws: number
  /** Samples of the speed part. */
  rows: number
  strategies: typeof strategies
}

/** Sets without classes, and one whose classes no similarity tells apart (see docs/benchmarks.md). */
const left = new Set(['bccd_blood', 'nasty', 'photo_mix', 'deep_pcb'])

/** One file each; what a part measures of every set, and what it makes of all sets together. */
const parts: Record<string, (sets: EmbeddedSet[], options: Options, products: MatrixProducts) => Promise<Figures>> = {
  curves: curveFigures,
  tails: tailFigures,
  calibration: calibrationFigures,
  audits: auditFigures,
  cleaning: cleaningFigures,
  speed: (_, { rows }, products) => speed(rows, products),
}

/**
 * `--data folder --sets a,b --task instant --seeds 0,1,2 --draws 20 --strategies auto,random --parts curves,tails,calibration,audits,cleaning,speed
 * --rows 100000 --cache folder --threads 2`
 */
export async function run(given: Record<string, string>): Promise<BenchResult> {
  const { parts: wanted = Object.keys(parts).join(','), task = 'instant', cache = null } = given
  const options: Options = {
    seeds: (given['seeds'] ?? '0,1,2').split(',').map(Number),
    draws: Number(given['draws'] ?? 20),
    rows: Number(given['rows'] ?? 100_000),
    strategies: strategies.filter(({ id }) => !given['strategies'] || given['strategies'].split(',').includes(id)),
  }
  return withProducts(Number(given['threads'] ?? 2), async (products) => {
    const sets: EmbeddedSet[] = []
    for (const folder of wanted === 'speed' ? [] : foldersOf(given)) {
      sets.push(await embeddedSet(folder, { task, seed: 0, cache }, products))
    }
    const figures: Figures = {}
    for (const part of wanted.split(',')) Object.assign(figures, await parts[part]!(sets, options, products))
    return { figures }
  })
}

function foldersOf(given: Record<string, string>): string[] {
  const data = given['data'] ?? process.env['HANDFUL_DATA']
  if (!data) throw new Error('Give --data <folder of labeled sets>, or set HANDFUL_DATA.')
  const sets = readdirSync(data).filter((name) => !left.has(name) && statSync(join(data, name)).isDirectory())
  return (given['sets']?.split(',') ?? sets.sort()).map((name) => join(data, name))
}

async function curveFigures(sets: EmbeddedSet[], { seeds, strategies }: Options, products: MatrixProducts): Promise<Figures> {
  const figures: Figures = {}
  const savings: number[] = []
  for (const set of sets) {
    const curves = new Map<string, number[]>()
    for (const strategy of strategies) {
      const runs: Curve[] = []
      for (const seed of seeds) runs.push(await curve(set, strategy, seed, products, strategy.id === 'auto'))
      const accuracies = meanCurve(runs.map((one) => one.accuracies))
      curves.set(strategy.id, accuracies)
      figures[`labeling.${set.name}.${strategy.id}.auc`] = mean(accuracies)
      for (const step of [1, 2, 5, 10, 20]) {
        if (accuracies[step - 1] !== undefined) figures[`labeling.${set.name}.${strategy.id}.x${step}`] = accuracies[step - 1]!
      }
      Object.assign(figures, headFigures(set, runs))
      console.error(set.name, strategy.id, accuracies.map((one) => (100 * one).toFixed(1)).join(' '))
    }
    const [auto, random] = [curves.get('auto'), curves.get('random')]
    if (auto && random) savings.push((figures[`labeling.${set.name}.auto.saved`] = saved(auto, random)))
  }
  for (const { id } of strategies) means(figures, id, sets)
  for (const { id } of heads) means(figures, `head.${id}`, sets)
  if (savings.length > 0) figures['labeling.auto.saved_vs_random'] = mean(savings)
  return figures
}

function headFigures({ name }: EmbeddedSet, runs: Curve[]): Figures {
  const steps = Object.keys(runs[0]!.heads)
  return Object.fromEntries(
    steps.flatMap((step) =>
      heads.map(({ id }) => [`labeling.${name}.head.${id}.${step}`, mean(runs.map((one) => one.heads[step]![id]!))] as const),
    ),
  )
}

/** Over all sets: `labeling.mean.<what>.auc`, `.x5`, … */
function means(figures: Figures, what: string, sets: EmbeddedSet[]): void {
  for (const measure of ['auc', 'x1', 'x2', 'x5', 'x10', 'x20']) {
    const values = sets.flatMap(({ name }) => figures[`labeling.${name}.${what}.${measure}`] ?? [])
    if (values.length > 0) figures[`labeling.mean.${what}.${measure}`] = mean(values)
  }
}

async function tailFigures(sets: EmbeddedSet[], { seeds, strategies }: Options, products: MatrixProducts): Promise<Figures> {
  const figures: Figures = {}
  for (const { id, ...strategy } of strategies) {
    const recalls: number[] = []
    for (const set of sets) {
      const mine: number[] = []
      for (const seed of seeds) mine.push(await tailRecall(set, { id, ...strategy }, seed, products))
      recalls.push((figures[`labeling.${set.name}.${id}.tail_recall`] = mean(mine)))
    }
    figures[`labeling.mean.${id}.tail_recall`] = mean(recalls)
    console.error('tails', id, (100 * mean(recalls)).toFixed(1))
  }
  return figures
}

async function calibrationFigures(
  sets: EmbeddedSet[],
  { draws, strategies }: Options,
  products: MatrixProducts,
): Promise<Figures> {
  const figures: Figures = {}
  const drawn = strategies.find(({ id }) => id === 'random')
  if (!drawn) return figures
  for (const set of sets) {
    const { error, brier } = await calibrationOf(set, drawn, draws, products)
    figures[`labeling.${set.name}.ece`] = 100 * error
    figures[`labeling.${set.name}.brier`] = brier
    console.error('calibration', set.name, error.toFixed(4), brier.toFixed(4))
  }
  figures['labeling.ece.mean'] = mean(sets.map(({ name }) => figures[`labeling.${name}.ece`]!))
  figures['labeling.brier.mean'] = mean(sets.map(({ name }) => figures[`labeling.${name}.brier`]!))
  return figures
}

async function auditFigures(sets: EmbeddedSet[], { draws, strategies }: Options, products: MatrixProducts): Promise<Figures> {
  const strategy = strategies.find(({ id }) => id === 'random')
  if (!strategy) return {}
  const all: PlayedAudit[] = []
  for (const set of sets) {
    const played = await auditsOf(set, strategy, draws, products)
    all.push(...played)
    console.error(
      ...['audits', set.name, played.length, 'covered', played.filter(({ covered }) => covered).length],
      ...[
        'checks',
        mean(played.map(({ checks }) => checks)).toFixed(0),
        'simple',
        mean(played.map(({ simpleChecks }) => simpleChecks)).toFixed(0),
      ],
    )
  }
  const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1] ?? NaN
  const sampled = all.filter(({ checks, population }) => checks < population)
  return {
    'labeling.audit.runs': all.length,
    'labeling.audit.coverage': all.filter(({ covered }) => covered).length / all.length,
    'labeling.audit.half_width': median(all.map(({ halfWidth }) => halfWidth)),
    'labeling.audit.checks': median(all.map(({ checks }) => checks)),
    'labeling.audit.simple_checks': median(all.map(({ simpleChecks }) => simpleChecks)),
    'labeling.audit.simple_looked_at': median(all.map(({ simpleLookedAt }) => simpleLookedAt)),
    'labeling.audit.mean_checks': mean(all.map(({ checks }) => checks)),
    'labeling.audit.mean_simple_checks': mean(all.map(({ simpleChecks }) => simpleChecks)),
    'labeling.audit.mean_simple_looked_at': mean(all.map(({ simpleLookedAt }) => simpleLookedAt)),
    'labeling.audit.sampled': sampled.length,
    'labeling.audit.sampled_checks': median(sampled.map(({ checks }) => checks)),
    'labeling.audit.sampled_simple_checks': median(sampled.map(({ simpleChecks }) => simpleChecks)),
    'labeling.audit.sampled_simple_looked_at': median(sampled.map(({ simpleLookedAt }) => simpleLookedAt)),
    'labeling.audit.sampled_share': median(sampled.map(({ checks, simpleChecks }) => checks / simpleChecks)),
    'labeling.audit.sampled_coverage': mean(sampled.map(({ covered }) => Number(covered))),
    'labeling.audit.reached': all.filter(({ accepted }) => accepted > 0).length / all.length,
  }
}

async function cleaningFigures(sets: EmbeddedSet[], { seeds }: Options, products: MatrixProducts): Promise<Figures> {
  const figures: Figures = {}
  for (const set of sets) {
    const runs = []
    for (const seed of seeds) runs.push(await cleanedOf(set, seed, products))
    for (const what of ['recall', 'first', 'averagePrecision', 'clear'] as const)
      figures[`labeling.${set.name}.cleaning.${what}`] = mean(runs.map((one) => one[what]))
  }
  for (const what of ['recall', 'first', 'averagePrecision', 'clear'])
    figures[`labeling.mean.cleaning.${what}`] = mean(sets.map(({ name }) => figures[`labeling.${name}.cleaning.${what}`]!))
  return figures
}
