/** How well clusters agree with the classes of labeled sets, beside k-means that is told the number of classes. */
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { actsUntil, adjustedMutualInformation, clustersPerClass, purity } from '../src/main/cluster/agreement'
import { clusterHierarchy, levelAt } from '../src/main/cluster/hierarchy'
import { kMeans } from '../src/main/cluster/k-means'
import { centred, nearestNeighbours } from '../src/main/cluster/neighbours'
import { neighbourCount } from '../src/main/cluster/run-clusters'
import { type CommandContext, finish, withClient } from '../src/main/command-line/command'
import { readTruth } from '../src/main/command-line/simulate/truth'
import { Terminal } from '../src/main/command-line/terminal'
import { type Matrix, MatrixProducts } from '../src/main/engine/linear-algebra'
import { RecentProjects } from '../src/main/handlers/recent'
import { openReader } from '../src/main/store/reader'
import { canonicalRows } from '../src/main/workers/analysis/canonical-rows'
import type { BenchResult } from './index'

/** Sets of the data folder that have no classes. */
const unlabeled = new Set(['bccd_blood', 'nasty', 'photo_mix'])
/** k-means depends on its seeds: the mean over these. */
const kMeansSeeds = [0, 1, 2, 3, 4]
const pureEnough = 0.9

interface LabeledEmbeddings {
  embeddings: Matrix
  /** Class index by row; used for scoring only. */
  classes: number[]
  classCount: number
}

/**
 * `--data <folder> --sets a,b --task instant --seed 0`. Per set: `ami`, `purity`, `clusters_per_class` and `acts` of the default
 * granularity, `kmeans_ami`. Outliers count as one more cluster in the AMI and as wrong in purity and acts.
 */
export async function run(given: Record<string, string>): Promise<BenchResult> {
  const data = given['data'] ?? process.env['HANDFUL_DATA']
  if (!data) throw new Error('Give --data <folder of labeled sets>, or set HANDFUL_DATA.')
  const all = readdirSync(data).filter((name) => !unlabeled.has(name) && statSync(join(data, name)).isDirectory())
  const seed = Number(given['seed'] ?? 0)
  const scores: Record<string, Record<string, number>> = {}
  const products = await MatrixProducts.create()
  try {
    for (const set of given['sets']?.split(',') ?? all.sort()) {
      const labeled = await embed(join(data, set), given['task'] ?? 'instant', seed)
      scores[set] = await scoreSet(labeled, seed, products)
      console.error(set, JSON.stringify(scores[set]))
    }
  } finally {
    await products.dispose()
  }
  return { figures: figuresOf(scores) }
}

async function scoreSet({ embeddings, classes, classCount }: LabeledEmbeddings, seed: number, products: MatrixProducts) {
  const x = centred(embeddings)
  const { ids, clusters } = levelAt(clusterHierarchy(await nearestNeighbours(x, neighbourCount, products), seed), null)
  let peer = 0
  for (const one of kMeansSeeds) {
    const { assignments } = await kMeans(x, classCount, one, products)
    peer += adjustedMutualInformation(classes, assignments) / kMeansSeeds.length
  }
  return {
    ami: adjustedMutualInformation(classes, ids),
    kmeans_ami: peer,
    purity: purity(classes, ids),
    clusters,
    clusters_per_class: clustersPerClass(classes, ids),
    outliers: ids.filter((id) => id < 0).length,
    acts: actsUntil(pureEnough, classes, ids),
    images: classes.length,
  }
}

/** Through the app's own import and pretraining, in a project that is thrown away. */
async function embed(folder: string, task: string, seed: number): Promise<LabeledEmbeddings> {
  const base = mkdtempSync(join(tmpdir(), 'handful-bench-'))
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
  const terminal = new Terminal({ out: process.stdout, err: process.stderr }, true)
  const signal = new AbortController().signal
  const project = join(base, 'bench.handful')
  try {
    return await withClient(host, async (client) => {
      const context: CommandContext = { client, terminal, signal, host }
      await client.projects.create({ root: folder, folder: project, automatic: false })
      await finish(context, (await client.jobs.list())[0]!.id)
      await finish(context, (await client.pretrain.start({ task, seed })).jobId)
      return readLabeled(project)
    })
  } finally {
    rmSync(base, { recursive: true, force: true })
  }
}

function readLabeled(project: string): LabeledEmbeddings {
  const reader = openReader(project)
  try {
    const truth = readTruth(reader.files())
    const { embeddings, ordinals } = canonicalRows(reader, reader.runs.active()!.id)
    const classes = Array.from(ordinals, (ordinal) => truth.classes.indexOf(truth.classOf.get(ordinal)!))
    return { embeddings, classes, classCount: truth.classes.length }
  } finally {
    reader.close()
  }
}

/** `cluster.<set>.<score>` and the means over the sets. */
function figuresOf(scores: Record<string, Record<string, number>>): Record<string, number> {
  const figures: Record<string, number> = {}
  for (const [set, values] of Object.entries(scores)) {
    for (const [name, value] of Object.entries(values)) figures[`cluster.${set}.${name}`] = value
  }
  const sets = Object.values(scores)
  for (const name of ['ami', 'kmeans_ami', 'purity']) {
    figures[`cluster.mean.${name}`] = sets.reduce((sum, values) => sum + values[name]!, 0) / Math.max(1, sets.length)
  }
  return figures
}
