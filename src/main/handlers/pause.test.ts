/** Pausing a run: real workers, a real project that is closed and opened in between. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Job } from '@shared/model'
import { afterAll, expect, test } from 'vitest'
import { readCheckpoint } from '../engine/training/checkpoint'
import { openSession } from './session.fixture'

const base = mkdtempSync(join(tmpdir(), 'handful-pause-'))
const images = join(import.meta.dirname, '../../../e2e/fixtures/clothes')
const { session, api } = openSession(base)
afterAll(async () => {
  await session.close()
  rmSync(base, { recursive: true, force: true })
})

/** The job as soon as it is as wished. */
async function until(id: string, wished: (job: Job) => boolean): Promise<Job> {
  for await (const job of await api.jobs.watch()) if (job.id === id && wished(job)) return job
  throw new Error('the project was closed')
}
const trainedTo = (step: number) => (job: Job) => job.progress?.stage === 'Training' && job.progress.done >= step
const stateOf = async (id: string) => (await api.pretrain.runs()).find((run) => run.id === id)!.state

test('a paused run writes a checkpoint, stays paused over a restart, and goes on from there', { timeout: 120_000 }, async () => {
  const { folder } = await api.projects.create({ root: images, automatic: false })
  const [reading] = await api.jobs.list()
  await api.jobs.wait({ id: reading!.id })
  const parameters = { encoder: 'nano', batch: 16, epochs: 5000, domain: 'photos' }
  const { jobId, runId } = await api.pretrain.start({ task: 'vicreg', parameters, seed: 1 })
  const waiting = await api.pretrain.start({ task: 'instant', parameters: {}, seed: 2 })
  await api.jobs.pause({ id: waiting.jobId })
  expect((await api.jobs.list())[0]).toMatchObject({ id: waiting.jobId, state: 'paused' })
  await until(jobId, trainedTo(5))
  await api.jobs.pause({ id: jobId })
  const paused = (await api.jobs.list()).find(({ id }) => id === jobId)!
  expect(paused).toMatchObject({ state: 'paused', error: null })
  expect(await stateOf(runId)).toBe('paused')
  const checkpoint = () => readCheckpoint(join(folder, 'runs', runId, 'checkpoint'))!.step
  const saved = checkpoint()
  expect(saved).toBeGreaterThanOrEqual(paused.progress!.done)

  await session.close()
  await api.projects.open({ folder })
  expect((await api.jobs.list()).map(({ state }) => state)).toEqual(['paused', 'paused', 'done'])
  expect(await stateOf(runId)).toBe('paused')
  expect(checkpoint()).toBe(saved)

  await api.jobs.resume({ id: jobId })
  const before = paused.progress!.done
  const resumed = await until(jobId, (job) => trainedTo(1)(job) && job.progress!.done !== before)
  expect(resumed.progress!.done).toBeGreaterThan(saved)
  expect(await stateOf(runId)).toBe('running')
  await api.jobs.cancel({ id: jobId })
  await api.jobs.cancel({ id: waiting.jobId })
  expect((await api.jobs.list()).map(({ state }) => state)).toEqual(['cancelled', 'cancelled', 'done'])
  expect(await stateOf(runId)).toBe('cancelled')
})

test('a run that was under way when the project was closed goes on by itself', { timeout: 120_000 }, async () => {
  const folder = (await api.projects.state())!.folder
  const parameters = { encoder: 'nano', batch: 16, epochs: 5000, domain: 'photos' }
  const { jobId } = await api.pretrain.start({ task: 'vicreg', parameters, seed: 3 })
  await until(jobId, trainedTo(1))
  await session.close()
  await api.projects.open({ folder })
  await until(jobId, ({ state }) => state === 'running')
  await api.jobs.cancel({ id: jobId })
})
