/** A network that is trained in the product: losses come live, a process that is killed is followed by one that goes on, and its embedding is kept. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { pathToFileURL } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { readCheckpoint } from '../engine/training/checkpoint'
import { openSession } from './session.fixture'

const images = join(import.meta.dirname, '../../../e2e/fixtures/clothes')
const loader = pathToFileURL(join(import.meta.dirname, '../hosts/source-loader.ts')).href
const fixture = join(import.meta.dirname, 'trained.fixture.ts')

interface Begun {
  folder: string
  jobId: string
  runId: string
  /** Steps done when it was killed, at least. */
  reached: number
}

/** Begins a run in a process that is then killed (SIGKILL). */
async function killedOnTheWay(base: string): Promise<Begun> {
  const child = spawn(process.execPath, ['--import', loader, fixture, base, images], { stdio: ['ignore', 'pipe', 'inherit'] })
  const exited = once(child, 'exit')
  let told = ''
  for await (const line of createInterface({ input: child.stdout })) {
    told = line
    child.kill('SIGKILL')
  }
  await exited
  expect(child.signalCode).toBe('SIGKILL')
  return JSON.parse(told) as Begun
}

test('a killed run goes on from its checkpoint and ends with an embedding of every image', { timeout: 120_000 }, async () => {
  const base = mkdtempSync(join(tmpdir(), 'handful-killed-'))
  const { folder, jobId, runId, reached } = await killedOnTheWay(base)
  const saved = readCheckpoint(join(folder, 'runs', runId, 'checkpoint'))!.step
  expect(saved).toBeGreaterThan(0)
  expect(saved).toBeLessThan(reached)

  const { session, api } = openSession(base)
  onTestFinished(async () => {
    await session.close()
    rmSync(base, { recursive: true, force: true })
  })
  await api.projects.open({ folder })
  const steps: number[] = []
  const losses: number[] = []
  for await (const { id, state, progress, error } of await api.jobs.watch()) {
    if (id !== jobId) continue
    expect(error).toBeNull()
    if (state === 'done') break
    if (state !== 'running' || progress?.stage !== 'Training') continue
    steps.push(progress.done)
    losses.push(progress.values['loss']!)
  }
  // What was known of the run before comes first, and may be of any step; a run that began anew would tell of its first steps.
  const after = steps.slice(steps.findIndex((step) => step !== steps[0]))
  expect(after[0]).toBeGreaterThan(saved)
  expect(after).toEqual(after.toSorted((a, b) => a - b))
  expect(losses.every(Number.isFinite)).toBe(true)
  const run = (await api.pretrain.runs()).find((each) => each.id === runId)!
  expect(run).toMatchObject({ state: 'ready', embedded: 120 })
  expect(run.notes.join()).toContain(`Trained for ${steps.at(-1)} steps of 16 images.`)
})
