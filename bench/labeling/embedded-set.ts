/** A folder of labeled images as embeddings with their truth, through the app's own import and pretraining. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { centred, nearestNeighbours } from '../../src/main/cluster/neighbours'
import { neighbourCount } from '../../src/main/cluster/run-clusters'
import { type Client, finish, withClient } from '../../src/main/command-line/command'
import { readTruth } from '../../src/main/command-line/simulate/truth'
import { Terminal } from '../../src/main/command-line/terminal'
import { type Matrix, matrix, type MatrixProducts } from '../../src/main/engine/linear-algebra'
import { RecentProjects } from '../../src/main/handlers/recent'
import type { Graph } from '../../src/main/labeling/heads/head'
import { spreadGraph } from '../../src/main/labeling/heads/spread-graph'
import { openReader } from '../../src/main/store/reader'
import { canonicalRows } from '../../src/main/workers/analysis/canonical-rows'

export interface EmbeddedSet {
  name: string
  /** [rows, dimensions], centred, each row of length 1. */
  x: Matrix
  graph: Graph
  typicality: Float32Array
  /** Class of each row. */
  truth: number[]
  classCount: number
}

interface Embedded {
  embeddings: Matrix
  truth: number[]
  classCount: number
}

/** @param cache folder that keeps embeddings from one measurement to the next; null: nothing is kept */
export async function embeddedSet(
  folder: string,
  { task, seed, cache }: { task: string; seed: number; cache: string | null },
  products: MatrixProducts,
): Promise<EmbeddedSet> {
  const name = basename(folder)
  const path = cache === null ? null : join(cache, `${name}.${task}.${seed}`)
  const embedded = (path === null ? null : readKept(path)) ?? (await embed(folder, task, seed))
  if (path !== null) keep(path, embedded)
  return arranged(name, embedded, products)
}

/** Neighbours and all that follows from them. */
export async function arranged(
  name: string,
  { embeddings, truth, classCount }: Embedded,
  products: MatrixProducts,
): Promise<EmbeddedSet> {
  const x = centred(embeddings)
  const { k, ids, similarities } = await nearestNeighbours(x, neighbourCount, products)
  const typicality = Float32Array.from({ length: x.rows }, (_, row) => {
    const mine = similarities.subarray(row * k, (row + 1) * k)
    return mine.reduce((sum, one) => sum + one, 0) / Math.max(1, k)
  })
  return { name, x, graph: spreadGraph(x.rows, k, ids, similarities), typicality, truth, classCount }
}

function readKept(path: string): Embedded | null {
  if (!existsSync(`${path}.json`)) return null
  const { rows, dimensions, labels, classes } = JSON.parse(readFileSync(`${path}.json`, 'utf8')) as {
    rows: number
    dimensions: number
    labels: number[]
    classes: string[]
  }
  const bytes = Uint8Array.from(readFileSync(`${path}.f32`))
  return { embeddings: matrix(rows, dimensions, new Float32Array(bytes.buffer)), truth: labels, classCount: classes.length }
}

function keep(path: string, { embeddings, truth, classCount }: Embedded): void {
  mkdirSync(join(path, '..'), { recursive: true })
  writeFileSync(`${path}.f32`, embeddings.data)
  const classes = Array.from({ length: classCount }, (_, index) => String(index))
  const { rows, columns: dimensions } = embeddings
  writeFileSync(`${path}.json`, JSON.stringify({ rows, dimensions, labels: truth, classes }))
}

async function embed(folder: string, task: string, seed: number): Promise<Embedded> {
  const base = mkdtempSync(join(tmpdir(), 'handful-labeling-'))
  const project = join(base, 'set.handful')
  const capabilities = { dialog: false, drop: false, reveal: false }
  const info = { version: '', platform: process.platform, capabilities, projectsFolder: base }
  const host = { info, recent: new RecentProjects(base), resumeJobs: false }
  const terminal = new Terminal({ out: process.stdout, err: process.stderr }, true)
  const signal = new AbortController().signal
  const wait = (client: Client, id: string) => finish({ client, terminal, signal }, id)
  try {
    return await withClient(host, async (client) => {
      await client.projects.create({ root: folder, folder: project, automatic: false })
      await wait(client, (await client.jobs.list())[0]!.id)
      await wait(client, (await client.pretrain.start({ task, parameters: {}, seed })).jobId)
      const reader = openReader(project)
      const { classes, classOf } = readTruth(reader.files())
      const { embeddings, ordinals } = canonicalRows(reader, reader.runs.active()!.id)
      reader.close()
      const truth = Array.from(ordinals, (ordinal) => classes.indexOf(classOf.get(ordinal)!))
      return { embeddings, truth, classCount: classes.length }
    })
  } finally {
    rmSync(base, { recursive: true, force: true })
  }
}
