/** The truth never leaks: the same images under other names, in one flat folder, give the same embeddings and queries. */
import { createHash } from 'node:crypto'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { RecentProjects } from '../../handlers/recent'
import { openReader } from '../../store/reader'
import { type Client, type CommandContext, finish, withClient } from '../command'
import { writeStripes } from '../stripes.fixture'
import { Terminal } from '../terminal'
import { simulate, type SimulateOptions } from './simulate'

const base = mkdtempSync(join(tmpdir(), 'handful-simulate-test-'))
const named = join(base, 'named')
const flat = join(base, 'flat')
vi.stubEnv('TMPDIR', base)
afterAll(() => rmSync(base, { recursive: true, force: true }))

const options: SimulateOptions = {
  labels: [6, 12],
  perClass: [2],
  task: 'instant',
  parameters: { filters: 32, views: 4, dimensions: 8 },
  strategy: 'typical',
  seed: 3,
}

const terminal = new Terminal({ out: { write: () => true }, err: { write: () => true } }, true)
const host = {
  info: {
    version: '0',
    platform: process.platform,
    capabilities: { dialog: false, drop: false, reveal: false },
    projectsFolder: base,
  },
  recent: new RecentProjects(join(base, 'settings')),
  resumeJobs: false,
}
const withContext = <T>(work: (context: CommandContext) => Promise<T>) =>
  withClient(host, (client: Client) => work({ client, terminal, host, signal: new AbortController().signal }))

beforeAll(async () => {
  mkdirSync(flat, { recursive: true })
  await writeStripes(named, 16)
  for (const folder of readdirSync(named)) {
    for (const file of readdirSync(join(named, folder))) {
      const scrambled = createHash('md5').update(`${folder} ${file}`).digest('hex')
      cpSync(join(named, folder, file), join(flat, `${scrambled}.png`))
    }
  }
})

test('a session plays through, the same each time; each count is a session of its own', async () => {
  const first = await withContext((context) => simulate(context, named, options))
  expect(first).toMatchObject({ images: 48, classes: 3, ambiguous: 0, unreadable: 0, task: 'instant', seed: 3 })
  expect(first.results.map(({ protocol, labels, perClass }) => [protocol, labels, perClass])).toEqual([
    ['strategy', 6, null],
    ['strategy', 12, null],
    ['oracle', 6, 2],
  ])
  for (const { accuracy, knn } of first.results) {
    expect(accuracy).toBeGreaterThan(0.6)
    expect(knn).toBeGreaterThan(0.8)
  }
  expect(first.peakMb).toBeGreaterThan(50)
  const again = await withContext((context) => simulate(context, named, { ...options, labels: [1, 12], perClass: [] }))
  expect(again.embeddings).toBe(first.embeddings)
  expect(again.results[1]).toEqual(first.results[1])
  expect(again.results[0]).toMatchObject({ labels: 1, accuracy: 15 / 47, balancedAccuracy: 1 / 3, predicted: 47 })
  expect(readdirSync(base).filter((name) => name.startsWith('handful-simulate-'))).toEqual([])
})

test('images scrambled into one flat folder under other names give identical embeddings and queries', async () => {
  const look = async (root: string, folder: string) =>
    withContext(async (context) => {
      const { client } = context
      await client.projects.create({ root, folder, automatic: false })
      await finish(context, (await client.jobs.list())[0]!.id)
      const { task, parameters, seed } = options
      await finish(context, (await client.pretrain.start({ task, parameters, seed })).jobId)
      const queries = await client.queries.next({ strategy: 'typical', count: 12, seed })
      const reader = openReader(folder)
      const hashOf = new Map(Array.from(reader.ordinalsByHash(), ([hash, ordinal]) => [ordinal, hash]))
      const { ordinals, dimensions, data } = reader.embeddings(reader.runs.active()!.id)
      reader.close()
      const embeddings = Array.from(
        ordinals,
        (ordinal, row) => [hashOf.get(ordinal)!, [...data.subarray(row * dimensions, (row + 1) * dimensions)]] as const,
      ).sort(([a], [b]) => (a < b ? -1 : 1))
      return { embeddings, queries: queries.map(({ ordinal }) => hashOf.get(ordinal)) }
    })
  const withNames = await look(named, join(base, 'named.handful'))
  const without = await look(flat, join(base, 'flat.handful'))
  expect(withNames.queries).toHaveLength(12)
  expect(without.queries).toEqual(withNames.queries)
  expect(without.embeddings).toEqual(withNames.embeddings)
})

test('more labels than images, and a strategy that is not there, are refused', async () => {
  await expect(withContext((context) => simulate(context, named, { ...options, labels: [48] }))).rejects.toThrow(
    /48 labels leave none/,
  )
  await expect(withContext((context) => simulate(context, named, { ...options, strategy: 'luck' }))).rejects.toThrow(/luck/)
})

test('an audit says how right the accepted pseudo-labels are, and leaves no label to the next session', async () => {
  const { results } = await withContext((context) =>
    simulate(context, named, { ...options, perClass: [], labels: [9, 12], audit: 0.7 }),
  )
  for (const { audit } of results) {
    expect(audit).toMatchObject({ target: 0.7, outcome: 'reached' })
    expect(audit!.lower).toBeGreaterThanOrEqual(0.7)
    expect(audit!.accepted === 0 || audit!.truePrecision! >= audit!.lower - 1e-9).toBe(true)
  }
  const { results: plain } = await withContext((context) => simulate(context, named, { ...options, perClass: [], labels: [12] }))
  expect(results[1]).toMatchObject({ queries: plain[0]!.queries, accuracy: plain[0]!.accuracy })
})
