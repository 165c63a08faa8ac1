import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openSession } from './session.fixture'

const images = join(import.meta.dirname, '../../../e2e/fixtures/clothes')
const base = mkdtempSync(join(tmpdir(), 'handful-audit-'))
const { session, api } = openSession(base, false)
const classes = new Map<string, string>()
/** Class by ordinal, from the folders' names. */
const truth = new Map<number, string>()

beforeAll(async () => {
  await api.projects.create({ root: images, automatic: false })
  await api.jobs.wait({ id: (await api.jobs.list())[0]!.id })
  await api.jobs.wait({ id: (await api.pretrain.start({ task: 'pixels' })).jobId })
  const { rows } = await api.samples.page({ query: {}, offset: 0, limit: 1000 })
  for (const name of readdirSync(images)) classes.set(name, (await api.classes.create({ name })).id)
  for (const { ordinal, path } of rows) truth.set(ordinal, classes.get(dirname(path))!)
}, 120_000)

afterAll(async () => {
  await session.close()
  rmSync(base, { recursive: true, force: true })
})

test('is refused while there is nothing to audit', async () => {
  expect(await api.audit.state()).toBeNull()
  await expect(api.audit.start({ target: 0.9 })).rejects.toMatchObject({ code: 'NOT_READY' })
  await expect(api.audit.accept()).rejects.toMatchObject({ code: 'NOT_READY' })
})

test('asks blind, keeps what the person decides, goes on after a restart, and accepts what holds', async () => {
  const asked = await api.queries.next({ strategy: 'typical', count: 30 })
  for (const { ordinal } of asked)
    await api.annotations.label({ selection: { ordinals: [ordinal] }, classId: truth.get(ordinal)! })
  let state = await api.audit.start({ target: 0.6 })
  expect(state).toMatchObject({ verdict: { checked: 0, state: 'asking' }, stale: false, ended: null })
  expect(state.draws).toBe(state.plan.sizes.reduce((sum, size) => sum + size, 0))

  // A blind answer that differs from the guess keeps nothing until it is decided.
  const differing = state.coming[0]!
  const labeled = async () => (await api.projects.state())!.counts.bySource.audited
  const others = [...classes.values()].filter((id) => id !== truth.get(differing))
  const proposals = []
  for (const classId of [...others, truth.get(differing)!]) {
    if (proposals.length > 0 && proposals[0] === classId) continue
    const { proposed } = await api.audit.answer({ ordinal: differing, classIds: [classId] })
    if (proposed.length === 0) break
    proposals.push(proposed[0]!)
    expect(await labeled()).toBe(0)
  }
  while ((await labeled()) > 0) await api.annotations.undo()
  expect(new Set(proposals).size).toBe(1)

  const first = state.next!
  const answered = await api.audit.answer({ ordinal: first, classIds: [truth.get(first)!] })
  state = answered.state
  if (answered.proposed.length > 0) {
    expect(await labeled()).toBe(0)
    state = (await api.audit.answer({ ordinal: first, classIds: [truth.get(first)!], final: true })).state
  }
  expect(await labeled()).toBe(1)
  expect(state.verdict.checked).toBe(1)

  await api.annotations.undo()
  expect(await api.audit.state()).toMatchObject({ next: first, verdict: { checked: 0 } })
  await api.annotations.redo()
  const { folder } = (await api.projects.state())!
  await api.projects.close()
  await api.projects.open({ folder })
  state = (await api.audit.state())!
  expect(state).toMatchObject({ verdict: { checked: 1 }, stale: false })

  while (state.next !== null) {
    const ordinal: number = state.next
    state = (await api.audit.answer({ ordinal, classIds: [truth.get(ordinal)!], final: true })).state
  }
  // Few images: all of them were asked or the bound held before, and what was asked is known exactly.
  expect(['reached', 'holds']).toContain(state.verdict.state)
  const level = state.verdict.levels[state.verdict.level!]!
  expect(level.lower).toBeGreaterThanOrEqual(0.6)
  const before = (await api.projects.state())!.counts
  if (before.labeled < before.samples) {
    const needed = state.needPerson
    await api.audit.accept()
    const after = (await api.projects.state())!.counts
    expect(after.bySource.propagated).toBe(before.samples - before.labeled - needed)
    expect(after.bySource.audited).toBe(state.verdict.checked)
    const vouched = await api.exports.preview({ format: 'csv', target: join(base, 'vouched.csv'), audited: true })
    expect(vouched.rows).toBe(after.bySource.propagated + after.bySource.audited)
    expect(after.bySource.human).toBeGreaterThan(0)
    expect(await api.audit.state()).toMatchObject({ ended: { outcome: { accepted: after.bySource.propagated } } })
  }
}, 60_000)

test('says when labels came since, and keeps its answers when it ends without accepting', async () => {
  await api.annotations.undo()
  const state = await api.audit.start({ target: 0.9, seed: 1 }).catch(() => null)
  if (!state) return // every image has been asked about above
  const answered = (await api.projects.state())!.counts.bySource.audited
  const { rows } = await api.samples.page({ query: { labeled: false }, offset: 0, limit: 1 })
  await api.annotations.label({ selection: { ordinals: [rows[0]!.ordinal] }, classId: truth.get(rows[0]!.ordinal)! })
  expect(await api.audit.state()).toMatchObject({ stale: true })
  await api.audit.discard()
  expect((await api.audit.state())!.ended).toMatchObject({ outcome: null })
  expect((await api.projects.state())!.counts.bySource.audited).toBe(answered)
}, 60_000)
