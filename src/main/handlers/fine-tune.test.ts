/** Fine-tuning as a person asks for it: real workers on a network that was hardly trained. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readCheckpoint } from '../engine/training/checkpoint'
import { openSession } from './session.fixture'

const images = join(import.meta.dirname, '../../../e2e/fixtures/clothes')
const base = mkdtempSync(join(tmpdir(), 'handful-fine-tune-'))
const { session, api } = openSession(base, false)
let folder: string
let runId: string

beforeAll(async () => {
  ;({ folder } = await api.projects.create({ root: images, automatic: false }))
  await api.jobs.wait({ id: (await api.jobs.list())[0]!.id })
  // A single step leaves the network as poor as it was drawn, by however a machine rounds; more steps would not.
  const parameters = { encoder: 'nano', batch: 120, epochs: 1, domain: 'photos' }
  const started = await api.pretrain.start({ task: 'vicreg', parameters, seed: 2 })
  await api.jobs.wait({ id: started.jobId })
  runId = started.runId
}, 120_000)

afterAll(async () => {
  await session.close()
  rmSync(base, { recursive: true, force: true })
})

async function fineTuned(seed: number) {
  const { jobId, runId: id } = await api.review.fineTune({ seed })
  await api.jobs.wait({ id: jobId })
  const job = (await api.jobs.list()).find((one) => one.id === jobId)!
  return { job, run: (await api.pretrain.runs()).find((one) => one.id === id) }
}

test('it wants labels first', async () => {
  expect((await fineTuned(1)).job).toMatchObject({ state: 'failed', error: { code: 'NOT_READY' } })
})

test(
  'the last stage learns from the labels, and is used where the random checks say that it is better',
  { timeout: 240_000 },
  async () => {
    const { rows } = await api.samples.page({ query: {}, offset: 0, limit: 1000 })
    const classOf = new Map<string, string>()
    for (const name of new Set(rows.map(({ path }) => dirname(path)))) classOf.set(name, (await api.classes.create({ name })).id)
    for (const [at, { ordinal, path }] of rows.entries()) {
      const drawn = at % 6 !== 0 ? [ordinal] : []
      await api.annotations.label({ selection: { ordinals: [ordinal] }, classId: classOf.get(dirname(path))!, drawn })
    }
    // The random checks cannot tell one seed in nine from luck; which one it is depends on how a machine rounds.
    let { job, run } = await fineTuned(1)
    for (let seed = 2; !run && seed <= 4; seed++) {
      expect(job).toMatchObject({ state: 'done', summary: expect.stringMatching(/^Not surely better, not kept/) as string })
      ;({ job, run } = await fineTuned(seed))
    }
    const [, after, checks, before] = /(\d+) of (\d+) random checks right, (\d+) before/.exec(job.summary ?? '')!.map(Number)
    expect(checks).toBe((5 * rows.length) / 6)
    expect(after).toBeGreaterThan(before!)
    expect(run).toMatchObject({ state: 'ready', task: 'fine-tune', active: true })
    expect(run!.notes.join()).toContain('the last stage of its nano network')
    const [old, tuned] = [runId, run!.id].map((id) => readCheckpoint(join(folder, 'runs', id, 'checkpoint'))!.variables)
    expect(tuned!['stage 0/down/weight']).toEqual(old!['stage 0/down/weight'])
    expect(tuned!['stage 2/down/weight']).not.toEqual(old!['stage 2/down/weight'])
  },
)
