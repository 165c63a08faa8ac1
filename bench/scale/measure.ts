/** Measures a project through the contract, as a window would: the cluster job by its stages, opening, queries, refit, import. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { SampleQuery } from '../../src/shared/model'
import { centred, type Neighbours } from '../../src/main/cluster/neighbours'
import { NearestKept } from '../../src/main/cluster/nearest-kept'
import { readMap } from '../../src/main/cluster/map2d/stored'
import { readClusters } from '../../src/main/cluster/stored'
import type { CommandContext } from '../../src/main/command-line/command'
import { draw, random } from '../../src/main/engine/random'
import { watchFamilyMemory } from '../../src/main/hosts/family-memory'
import { openReader } from '../../src/main/store/reader'
import { canonicalRows } from '../../src/main/workers/analysis/canonical-rows'
import type { RealImages } from './embeddings'
import { classNames, pngOf } from './project'

type Client = CommandContext['client']
type Figures = Record<string, number>
const examined = 1000
const pageSize = 200

export async function measureProject(client: Client, folder: string, size: string): Promise<Figures> {
  const memory = watchFamilyMemory()
  await client.projects.open({ folder })
  const stages = await clusterStages(client)
  const named = (figures: Figures) =>
    Object.fromEntries(Object.entries(figures).map(([name, value]) => [`scale.${name}.${size}`, value]))
  const clustered = named({
    knn_s: stages['Finding similar images']!,
    cluster_s: stages['Grouping similar images']!,
    map_s: stages['Drawing the map']!,
  })
  await client.projects.close()
  const blocked = monitorEventLoopDelay({ resolution: 5 })
  blocked.enable()
  const began = performance.now()
  await client.projects.open({ folder })
  await client.samples.page({ query: SampleQuery.parse({}), offset: 0, limit: pageSize })
  const opened = (performance.now() - began) / 1000
  await labelSome(client)
  await client.review.refit()
  blocked.disable()
  const queries = await queryTimes(client)
  memory.stop()
  await client.projects.close()
  const quality = qualityOf(folder)
  return {
    ...clustered,
    ...named({
      open_s: opened,
      query_p95_ms: quantile(queries, 0.95),
      peak_mb: memory.peak() / 2 ** 20,
      main_block_ms: blocked.max / 1e6,
      ...quality,
    }),
  }
}

/** Seconds of each stage of the cluster job. */
async function clusterStages(client: Client): Promise<Figures> {
  const { jobId } = await client.clusters.start({ seed: 0 })
  const seconds: Figures = {}
  let [stage, since] = ['', performance.now()]
  for await (const job of await client.jobs.watch()) {
    if (job.id !== jobId) continue
    const now = performance.now()
    if (stage) seconds[stage] = (seconds[stage] ?? 0) + (now - since) / 1000
    since = now
    stage = job.progress?.stage ?? ''
    if (job.state === 'failed') throw new Error(job.error?.message ?? 'clustering failed')
    if (job.state === 'done') return seconds
  }
  throw new Error('the project closed while it was clustered')
}

async function labelSome(client: Client): Promise<void> {
  for (const name of classNames) {
    const { id } = await client.classes.create({ name })
    const { rows } = await client.samples.page({ query: SampleQuery.parse({ text: `${name}/` }), offset: 0, limit: 10 })
    await client.annotations.label({ selection: { ordinals: rows.map(({ ordinal }) => ordinal) }, classId: id })
  }
}

/** ms of each of some queries as grid, search and board ask them. */
async function queryTimes(client: Client): Promise<number[]> {
  const { samples } = (await client.projects.state())!.counts
  const from = random(1)
  const kinds: object[] = [
    {},
    { sort: 'path' },
    { sort: 'date', descending: true },
    { sort: 'confidence' },
    { sort: 'typicality' },
    { labeled: false },
    { labeled: true },
    { minConfidence: 0.9 },
    { text: 'bag/01' },
    { text: 'image 77' },
    { camera: 'camera 3' },
    { folder: 'coat' },
    { takenFrom: Date.UTC(2021, 0, 1), takenTo: Date.UTC(2021, 5, 1) },
    { clusterId: 1 },
  ]
  const times: number[] = []
  for (let round = 0; round < 6; round++) {
    for (const kind of [...kinds, { similar: { like: [from.below(samples)] }, sort: 'similarity' }]) {
      const began = performance.now()
      await client.samples.page({ query: SampleQuery.parse(kind), offset: 0, limit: pageSize })
      // The first of a kind reads what it needs once, as the first search of a session does.
      if (round > 0) times.push(performance.now() - began)
    }
    const began = performance.now()
    await client.samples.neighbours({ ordinal: from.below(samples), count: 24 })
    if (round > 0) times.push(performance.now() - began)
  }
  return times
}

const quantile = (values: number[], share: number) =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))]!

/** Recall of the ten nearest neighbours against an exact search of some rows, and what the map kept. */
function qualityOf(folder: string): Figures {
  const reader = openReader(folder)
  const runId = reader.runs.active()!.id
  const { embeddings } = canonicalRows(reader, runId)
  reader.close()
  const runFolder = join(folder, 'runs', runId)
  const { neighbours } = readClusters(runFolder)!
  const x = centred(embeddings)
  const rows = draw(x.rows, Math.min(examined, x.rows), random(0, 0x726563))
  let hits = 0
  for (const row of rows) {
    const truth = exactOf(x.data, x.columns, x.rows, row)
    const mine = new Set(neighbours.ids.subarray(row * neighbours.k, row * neighbours.k + 10))
    hits += [...truth.ids].filter((id) => mine.has(id)).length
  }
  return { knn_recall: hits / (rows.length * 10), map_preservation: readMap(runFolder)!.preservation }
}

function exactOf(data: Float32Array, columns: number, count: number, row: number): Neighbours {
  const similarities = new Float32Array(count)
  const mine = data.subarray(row * columns, (row + 1) * columns)
  for (let other = 0, at = 0; other < count; other++) {
    let sum = 0
    for (let d = 0; d < columns; d++, at++) sum += mine[d]! * data[at]!
    similarities[other] = sum
  }
  const kept = new NearestKept(1, 10)
  kept.offer(0, similarities, 0, count, 0, row)
  return kept.sorted()
}

/** The largest delay of main while 10,000 files are read, ms. */
export async function importFiles(client: Client, base: string, real: RealImages, size: string): Promise<Figures> {
  const root = join(base, 'files')
  mkdirSync(root)
  for (let at = 0; at < 10_000; at++) writeFileSync(join(root, `${at}.png`), pngOf(real, at))
  const blocked = monitorEventLoopDelay({ resolution: 5 })
  blocked.enable()
  await client.projects.create({ root, folder: join(base, 'import.handful'), automatic: false })
  await client.jobs.wait({ id: (await client.jobs.list())[0]!.id })
  blocked.disable()
  await client.projects.close()
  return { [`scale.import_block_ms.${size}`]: blocked.max / 1e6 }
}
