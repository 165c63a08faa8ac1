/** An audit of images with several classes, against a real project: pairs of image and class are checked blind. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openReader } from '../store/reader'
import { openSession } from './session.fixture'

const images = join(import.meta.dirname, '../../../e2e/fixtures/clothes')
const base = mkdtempSync(join(tmpdir(), 'handful-audit-multi-'))
const { session, api } = openSession(base, false)
const shown: Record<string, string[]> = {
  'ankle boot': ['leather', 'worn'],
  bag: ['leather'],
  dress: ['cloth', 'worn'],
  pullover: ['cloth', 'worn'],
  trouser: ['cloth', 'worn'],
}
/** Classes by ordinal, from the folders' names. */
const truth = new Map<number, string[]>()
const labelsOf = async (ordinal: number) =>
  (await api.samples.rows({ ordinals: [ordinal] }))[0]!.labels.map(({ classId, source }) => `${classId} ${source}`).sort()

beforeAll(async () => {
  await api.projects.create({ root: images, labeling: 'multi', automatic: false })
  await api.jobs.wait({ id: (await api.jobs.list())[0]!.id })
  await api.jobs.wait({ id: (await api.pretrain.start({ task: 'pixels' })).jobId })
  const { rows } = await api.samples.page({ query: {}, offset: 0, limit: 1000 })
  const ids = new Map<string, string>()
  for (const name of ['cloth', 'leather', 'worn']) ids.set(name, (await api.classes.create({ name })).id)
  for (const { ordinal, path } of rows)
    truth.set(
      ordinal,
      shown[dirname(path)]!.map((name) => ids.get(name)!),
    )
  for (const { ordinal } of await api.queries.next({ strategy: 'typical', count: 30 }))
    for (const classId of truth.get(ordinal)!) await api.annotations.label({ selection: { ordinals: [ordinal] }, classId })
}, 120_000)

afterAll(async () => {
  await session.close()
  rmSync(base, { recursive: true, force: true })
})

test('each drawn class is answered once for its image; what was left out is not so; what holds is accepted', async () => {
  // Runs are not told apart by labels where an image may have several.
  expect(await api.pretrain.accuracies()).toBeNull()
  let state = await api.audit.start({ target: 0.6 })
  const guesses = await api.review.countAbove({ minConfidence: 0 })
  expect(state.plan.sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(guesses)
  const first = state.next!

  // Nothing said: every drawn class of the image is in dispute, and nothing is kept.
  const { proposed } = await api.audit.answer({ ordinal: first, classIds: [] })
  expect(proposed.length).toBeGreaterThan(0)
  expect(await labelsOf(first)).toEqual([])
  expect((await api.audit.state())!.next).toBe(first)

  // The person stays with "none of them": unknown, and the guesses are not so.
  state = (await api.audit.answer({ ordinal: first, classIds: [], final: true })).state
  expect(await labelsOf(first)).toEqual(['null audited'])
  expect(state.next).not.toBe(first)
  expect(state.coming).not.toContain(first)
  expect(state.verdict.checked).toBeGreaterThanOrEqual(1)
  await api.annotations.undo()
  expect(await api.audit.state()).toMatchObject({ next: first, verdict: { checked: 0 } })

  const answered = new Set<number>()
  state = (await api.audit.state())!
  while (state.next !== null) {
    const ordinal: number = state.next
    expect(answered.has(ordinal)).toBe(false)
    answered.add(ordinal)
    state = (await api.audit.answer({ ordinal, classIds: truth.get(ordinal)!, final: true })).state
    expect(await labelsOf(ordinal)).toEqual(
      truth
        .get(ordinal)!
        .map((classId) => `${classId} audited`)
        .sort(),
    )
  }
  expect(['reached', 'holds']).toContain(state.verdict.state)
  const before = await api.review.countAbove({ minConfidence: 0 })
  await api.review.refit()
  const needed = state.needPerson
  const entry = await api.audit.accept()
  const { bySource } = (await api.projects.state())!.counts
  expect(bySource.propagated).toBe(entry?.samples ?? 0)
  expect(before).toBeGreaterThanOrEqual(needed)
  // What was struck out blind is not accepted behind the person's back.
  const { rows } = await api.samples.page({ query: { source: 'propagated' }, offset: 0, limit: 1000 })
  for (const { ordinal, labels } of rows)
    if (answered.has(ordinal)) expect(labels.every(({ classId }) => truth.get(ordinal)!.includes(classId!))).toBe(true)
}, 120_000)

test('keeping one class of an image says nothing of its others', async () => {
  const ordinal = [...truth.keys()].find((candidate) => truth.get(candidate)!.length === 2)!
  const [one, other] = truth.get(ordinal)! as [string, string]
  await api.annotations.clear({ selection: { ordinals: [ordinal] } })
  for (const [classId, source] of [
    [one, 'imported'],
    [other, 'imported'],
  ] as const)
    // prettier-ignore
    await session.project.store.annotations.append({
      what: 'label',
      title: '',
      sets: [{ classId: session.project.store.classes.idOf(classId), source, ordinals: [ordinal] }],
    })
  await api.cleaning.keep({ ordinals: [ordinal], classId: one })
  expect(await labelsOf(ordinal)).toEqual([`${one} human`, `${other} imported`].sort())
  const reader = openReader(session.project.store.folder)
  const kept = [...reader.labels.confirmed()].filter((label) => label.ordinal === ordinal)
  reader.close()
  expect(kept).toEqual([{ ordinal, classId: one }])
})

test('an image of a project with one class cannot be answered with two', async () => {
  await api.projects.close()
  await api.projects.create({ root: images, automatic: false, folder: join(base, 'single.handful') })
  await api.jobs.wait({ id: (await api.jobs.list())[0]!.id })
  await api.jobs.wait({ id: (await api.pretrain.start({ task: 'pixels' })).jobId })
  const ids = []
  for (const name of ['dress', 'bag', 'trouser']) {
    const { id: classId } = await api.classes.create({ name })
    ids.push(classId)
    const { rows } = await api.samples.page({ query: { text: `${name}/` }, offset: 0, limit: 5 })
    await api.annotations.label({ selection: { ordinals: rows.map(({ ordinal }) => ordinal) }, classId })
  }
  const state = await api.audit.start({ target: 0.5 })
  await expect(api.audit.answer({ ordinal: state.next!, classIds: ids.slice(0, 2) })).rejects.toMatchObject({
    code: 'BAD_PARAMETER',
  })
}, 120_000)
