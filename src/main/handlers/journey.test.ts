import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { expect, test } from 'vitest'
import { openSession } from './session.fixture'

const bundled = join(import.meta.dirname, '../../../e2e/fixtures/clothes')
const images = process.env['HANDFUL_DATA'] ? join(process.env['HANDFUL_DATA'], 'fashion_mnist') : bundled

test('from a folder of images to labels for all of them, after labeling a handful', async () => {
  const base = mkdtempSync(join(tmpdir(), 'handful-journey-'))
  const { session, api } = openSession(base)
  try {
    await api.projects.create({ root: images })
    for (let open = await api.jobs.list(); open.some(({ endedAt }) => endedAt === null); open = await api.jobs.list()) {
      await api.jobs.wait({ id: open.find(({ endedAt }) => endedAt === null)!.id })
    }
    const jobs = await api.jobs.list()
    expect(jobs.map(({ kind, state, error }) => [kind, state, error?.message])).toEqual([
      ['pretrain', 'done', undefined],
      ['import', 'done', undefined],
    ])
    // Groups stand as on the board, those that a person made among them.
    const board = async () => {
      const { clusters, granularity } = await api.clusters.list({ granularity: null })
      const groups = await api.samples.groups({ query: { groupBy: 'cluster', granularity } })
      expect(groups).toEqual(clusters.map(({ id, size }) => ({ name: id === -1 ? null : String(id), count: size })))
      const legend = await api.map.legend({ field: 'cluster', granularity })
      expect(legend.values.map(Number)).toEqual(clusters.map(({ id }) => id).filter((id) => id !== -1))
      return { clusters, granularity }
    }
    const { clusters: found, granularity } = await board()
    await api.clusters.merge({ clusters: [found[0]!.id, found[1]!.id], granularity })
    expect((await board()).clusters[0]).toMatchObject({ size: found[0]!.size + found[1]!.size })
    await api.annotations.undo()

    const names = readdirSync(images, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name)
    const classes = new Map<string, string>()
    for (const name of names) classes.set(name, (await api.classes.create({ name })).id)

    expect(await api.pretrain.accuracies()).toEqual({ labels: 0, classes: 0, enough: false, runs: [], best: null })
    const asked = await api.queries.next({ count: 5 * names.length })
    expect(new Set(asked.map(({ ordinal }) => ordinal)).size).toBe(5 * names.length)
    for (const { path, ordinal } of await api.samples.rows({ ordinals: asked.map(({ ordinal }) => ordinal) })) {
      await api.annotations.label({ selection: { ordinals: [ordinal] }, classId: classes.get(dirname(path))! })
    }
    const [run] = await api.pretrain.runs()
    const told = (await api.pretrain.accuracies())!
    expect(told).toMatchObject({ labels: 5 * names.length, classes: names.length, runs: [{ runId: run!.id }] })
    for (const accuracy of [told.runs[0]!.knn, told.runs[0]!.probe]) expect(accuracy).toBeGreaterThan(1.5 / names.length)
    const [seen] = await api.pretrain.looks()
    expect(seen!.looks).toMatchObject([{ step: null, scores: run!.scores }])
    expect(Object.keys(run!.scores).sort()).toEqual(['alignment', 'effectiveRank', 'reciprocalRank', 'retrieval', 'uniformity'])

    const review = await api.review.refit()
    expect(review.head?.labels).toBe(5 * names.length)
    const { rows, total } = await api.samples.page({
      query: { labeled: false, sort: 'confidence', descending: true },
      offset: 0,
      limit: 1000,
    })
    expect(total).toBe((await api.projects.state())!.counts.samples - 5 * names.length)
    expect(rows.every(({ pseudoLabels }) => pseudoLabels.length === 1)).toBe(true)

    // Heads disagree where they are unsure; of the guesses that one more label changes, each says what it was.
    const page = { offset: 0, limit: 1000 }
    const apart = await api.samples.page({ query: { labeled: false, sort: 'disagreement', descending: true }, ...page })
    expect(apart.total).toBe(total)
    const sure = (list: typeof apart.rows) => list.reduce((sum, row) => sum + row.pseudoLabels[0]!.confidence, 0) / list.length
    expect(sure(apart.rows.slice(0, 20))).toBeLessThan(sure(apart.rows.slice(-20)))

    // Novel is what is far from all that is labeled, of which 200 neighbours are told.
    const familiar = new Map<number, number>()
    for (const { ordinal: labeled } of asked)
      for (const { ordinal, similarity } of await api.samples.neighbours({ ordinal: labeled, count: 200 }))
        familiar.set(ordinal, Math.max(similarity, familiar.get(ordinal) ?? -1))
    const novel = await api.samples.page({ query: { sort: 'novelty', descending: true }, ...page })
    const likeness = novel.rows.map(({ ordinal }) => familiar.get(ordinal)!)
    if (images === bundled) likeness.forEach((value, at) => expect(value).toBeGreaterThan((likeness[at - 1] ?? -1) - 1e-5))

    const changed = () => api.samples.page({ query: { changedGuess: true }, ...page })
    const wrong = rows.filter((row) => row.pseudoLabels[0]!.classId !== classes.get(dirname(row.path))).slice(0, 10)
    const ordinals = wrong.map(({ ordinal }) => ordinal)
    for (const row of wrong)
      await api.annotations.label({ selection: { ordinals: [row.ordinal] }, classId: classes.get(dirname(row.path))! })
    await api.review.refit()
    for (const { ordinal, pseudoLabels } of (await changed()).rows) {
      expect(pseudoLabels[0]!.before).toBeDefined()
      expect(pseudoLabels[0]!.before).not.toBe(pseudoLabels[0]!.classId)
      expect(ordinals).not.toContain(ordinal)
    }
    await api.annotations.clear({ selection: { ordinals } })
    await api.review.refit()

    const target = join(base, 'labels.csv')
    const { jobId } = await api.exports.start({ format: 'csv', target })
    expect(await api.jobs.wait({ id: jobId })).toMatchObject({ state: 'done', error: null })
    const exported = parse<Record<'path' | 'label' | 'source', string>>(readFileSync(target, 'utf8'), {
      columns: true,
      bom: true,
    })
    const guessed = exported.filter(({ source }) => source === 'propagated')
    const right = guessed.filter(({ path, label }) => dirname(path) === label).length / guessed.length
    // Far above chance (0.1 to 0.2), with room below what these sets reach.
    expect(right).toBeGreaterThan(0.6)
    expect(exported.filter(({ source }) => source === 'human')).toHaveLength(5 * names.length)
    const { clusters } = await api.clusters.list({ granularity: null })
    expect(clusters.length).toBeGreaterThan(1)
    const { samples } = (await api.projects.state())!.counts
    await session.close()
    expect(session.host.recent.list()).toMatchObject([{ samples, present: true }])
  } finally {
    await session.close()
    rmSync(base, { recursive: true, force: true })
  }
}, 180_000)
