/** Plays labeling sessions on a folder whose subfolders are the classes, through the app's own services. */
import { createHash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { HandfulError } from '@shared/errors'
import { RecentProjects } from '../../handlers/recent'
import { watchFamilyMemory } from '../../hosts/family-memory'
import { openReader } from '../../store/reader'
import { cancelled, type Client, type CommandContext, finish, withClient } from '../command'
import { playAudit, type SimulatedAudit } from './audit'
import { answerQueries, labelAll, readPseudoLabels } from './person'
import { knnAccuracy, score, type Score, voters } from './score'
import { drawPerClass, readTruth, type Truth } from './truth'

export interface SimulateOptions {
  /** Sessions in which the strategy asks this many queries. */
  labels: number[]
  /** Sessions with this many images of each class, drawn with the truth. */
  perClass: number[]
  task: string
  parameters: Record<string, unknown>
  minutes?: number | undefined
  strategy: string
  seed: number
  /** Precision that an audit after each session is to show. */
  audit?: number | undefined
}

export interface SimulatedSession extends Omit<Score, 'recall'> {
  /** `oracle`: the images to label were drawn with the truth, the same number of each class. */
  protocol: 'strategy' | 'oracle'
  perClass: number | null
  labels: number
  knn: number
  perClassRecall: Score['recall']
  /** What gave the pseudo-labels; null when the labels were of one class only, so that there are none. */
  head: string | null
  /** SHA-256 over the contents asked about, in order: the same for the same images under any names. */
  queries: string
  audit?: SimulatedAudit
}

export interface Simulation {
  images: number
  classes: number
  /** Images that lie in several class folders; they count for the class with the most copies. */
  ambiguous: number
  unreadable: number
  task: string
  strategy: string
  seed: number
  results: SimulatedSession[]
  /** Wall time by stage. */
  seconds: Record<string, number>
  /** Of all processes together. */
  peakMb: number
  /** SHA-256 over every content with its embedding, in the order of the contents. */
  embeddings: string
}

/** Works in a project of its own in the temporary folder, which is gone afterwards. */
export async function simulate(context: CommandContext, folder: string, options: SimulateOptions): Promise<Simulation> {
  const base = await mkdtemp(join(tmpdir(), 'handful-simulate-'))
  const memory = watchFamilyMemory()
  const host = { ...context.host, recent: new RecentProjects(base), resumeJobs: false }
  try {
    const simulation = await withClient(host, (client) =>
      play({ ...context, client }, { folder: resolve(folder), project: join(base, 'simulation.handful') }, options),
    )
    return { ...simulation, peakMb: Math.round(memory.peak() / 1e6) }
  } finally {
    memory.stop()
    await rm(base, { recursive: true, force: true })
  }
}

async function play(
  context: CommandContext,
  { folder, project }: { folder: string; project: string },
  options: SimulateOptions,
): Promise<Omit<Simulation, 'peakMb'>> {
  const { client } = context
  const { task, strategy, seed } = options
  const seconds: Record<string, number> = {}
  const timed = async <T>(stage: string, work: () => Promise<T>): Promise<T> => {
    if (context.signal.aborted) throw cancelled('The simulation')
    const began = performance.now()
    const result = await work()
    seconds[stage] = (seconds[stage] ?? 0) + (performance.now() - began) / 1000
    return result
  }
  await checkStrategy(client, strategy)
  await timed('import', () => importFolder(context, folder, project))
  const truth = truthOf(project)
  const images = truth.classOf.size
  const tooMany = options.labels.find((count) => count >= images)
  if (tooMany !== undefined) {
    throw new HandfulError('BAD_PARAMETER', {
      name: 'labels',
      reason: `${tooMany} labels leave none of the ${images} images to score`,
    })
  }
  await timed('pretrain', () => pretrain(context, options))
  const knn = await timed('knn', () => knnOf(client, truth))
  const { quarantined: unreadable } = (await client.projects.state())!.counts
  const results: SimulatedSession[] = []
  const session = async (perClass: number | null, count: number) => {
    const choose = () =>
      perClass === null ? answerQueries(client, truth, { count, strategy, seed }) : answerDrawn(client, truth, perClass, seed)
    context.terminal.progress({
      stage: `Labeling (${count} labels)`,
      done: 0,
      total: null,
      rate: null,
      secondsLeft: null,
      values: {},
    })
    const asked = await timed('queries', choose)
    const { head } = await timed('propagate', () => client.review.refit())
    const guesses = withOneClass(asked, truth) ?? (await readPseudoLabels(client))
    const { recall, ...scored } = score(truth.classes, truth.classOf, new Set(asked), guesses)
    const { audit: target } = options
    const audit = target === undefined ? null : await timed('audit', () => playAudit(client, truth, target, seed))
    results.push({
      protocol: perClass === null ? 'strategy' : 'oracle',
      perClass,
      labels: asked.length,
      ...scored,
      knn,
      perClassRecall: recall,
      head: head?.title ?? null,
      queries: digest(asked.map((ordinal) => Buffer.from(truth.hashOf.get(ordinal)!, 'hex'))),
      ...(audit && { audit }),
    })
    await forget(client, project)
  }
  for (const count of options.labels) await session(null, count)
  for (const perClass of options.perClass) await session(perClass, perClass * truth.classes.length)
  const { classes, ambiguous } = truth
  return {
    images,
    classes: classes.length,
    ambiguous,
    unreadable,
    task,
    strategy,
    seed,
    results,
    seconds,
    embeddings: embeddingDigest(project),
  }
}

async function checkStrategy(client: Client, strategy: string): Promise<void> {
  const known = (await client.queries.strategies()).map(({ id }) => id)
  if (!known.includes(strategy)) throw new HandfulError('UNKNOWN_ID', { what: 'query strategy', id: strategy })
}

async function importFolder(context: CommandContext, root: string, folder: string): Promise<void> {
  await context.client.projects.create({ root, folder, automatic: false })
  const [job] = await context.client.jobs.list()
  await finish(context, job!.id)
}

async function pretrain(context: CommandContext, { task, parameters, minutes, seed }: SimulateOptions): Promise<void> {
  const { jobId } = await context.client.pretrain.start({ task, parameters, seed, ...(minutes ? { minutes } : {}) })
  await finish(context, jobId)
}

/** While every answer named one class the app guesses nothing: that class for all is what such labels say. */
function withOneClass(asked: readonly number[], truth: Truth): ReadonlyMap<number, string> | null {
  const names = new Set(asked.map((ordinal) => truth.classOf.get(ordinal)!))
  const [name] = names
  return names.size === 1 ? new Map([...truth.classOf.keys()].map((ordinal) => [ordinal, name!])) : null
}

async function answerDrawn(client: Client, truth: Truth, perClass: number, seed: number): Promise<number[]> {
  const drawn = drawPerClass(truth, perClass, seed)
  await labelAll(client, truth, drawn)
  return drawn
}

/** The next session starts from nothing: no labels, and a new analysis process that has seen none. */
async function forget(client: Client, project: string): Promise<void> {
  await client.annotations.clear({ selection: { query: { labeled: true } } })
  await client.projects.close()
  await client.projects.open({ folder: project })
}

function truthOf(project: string): Truth {
  const reader = openReader(project)
  try {
    return readTruth(reader.files())
  } finally {
    reader.close()
  }
}

async function knnOf(client: Client, truth: Truth): Promise<number> {
  const neighbours = new Map<number, { ordinal: number; similarity: number }[]>()
  for (const ordinal of truth.classOf.keys()) {
    neighbours.set(ordinal, await client.samples.neighbours({ ordinal, count: voters }))
  }
  return knnAccuracy(truth.classOf, neighbours)
}

function embeddingDigest(project: string): string {
  const reader = openReader(project)
  try {
    const run = reader.runs.active()!
    const { ordinals, dimensions, data } = reader.embeddings(run.id)
    const hashes = reader.ordinalsByHash()
    const rowOf = new Map(Array.from(ordinals, (ordinal, row) => [ordinal, row]))
    const rows = [...hashes]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .flatMap(([hash, ordinal]) => {
        const row = rowOf.get(ordinal)
        return row === undefined ? [] : [{ hash, row }]
      })
    return digest(
      rows.flatMap(({ hash, row }) => {
        const values = data.subarray(row * dimensions, (row + 1) * dimensions)
        return [Buffer.from(hash, 'hex'), Buffer.from(values.buffer, values.byteOffset, values.byteLength)]
      }),
    )
  } finally {
    reader.close()
  }
}

function digest(parts: Buffer[]): string {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest('hex')
}
