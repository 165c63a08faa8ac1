/** Exports through the real worker process: done, cancelled, killed. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Progress } from '@shared/model'
import { exportWorker } from '@shared/workers/export'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Fixture, makeFixture, request } from '../export/project.fixture'
import { startWorker } from '../hosts/worker'
import { exportJob, previewExport } from './export'
import type { JobContext } from './job'

const images = Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`${index}.png`, `image ${index}`]))
let fixture: Fixture
beforeEach(async () => {
  fixture = makeFixture()
  fixture.add(images)
  await fixture.label('cat', Object.values(images))
})
afterEach(() => fixture.remove())

const asked = () => request({ format: 'folders', target: join(fixture.base, 'out') })
const leftovers = () => readdirSync(fixture.base).filter((name) => name.startsWith('.handful-'))

function context(report: (progress: Progress) => void = () => undefined, signal = new AbortController().signal): JobContext {
  return { store: fixture.store, signal, report, changed: () => undefined, enqueue: () => '', threads: 1 }
}

test('a preview and a table through the worker', async () => {
  const csv = request({ format: 'csv', target: join(fixture.base, 'l.csv') })
  expect(await previewExport(fixture.store.folder, csv)).toMatchObject({ rows: 1000, targetExists: false })
  expect(await exportJob.run(context(), csv)).toBe('1,000 rows')
  expect(readFileSync(csv.target, 'utf8').split('\r\n')).toHaveLength(1002)
  await expect(exportJob.run(context(), csv)).rejects.toMatchObject({ code: 'TARGET_EXISTS', data: { path: csv.target } })
})

test('a worker killed in the middle leaves no target; the next export clears what it left', async () => {
  const worker = startWorker('export', exportWorker)
  const events = await worker.client.run({ projectFolder: fixture.store.folder, request: asked() })
  await events.next()
  expect(leftovers()).toHaveLength(1)
  process.kill(worker.pid, 'SIGKILL')
  expect((await worker.exited).expected).toBe(false)
  expect(existsSync(asked().target)).toBe(false)
  expect(await exportJob.run(context(), asked())).toBe('1,000 images in 1 classes')
  expect(leftovers()).toEqual([])
  expect(readdirSync(join(asked().target, 'cat'))).toHaveLength(1000)
})

test('a cancelled export answers when nothing of it is left', async () => {
  const abort = new AbortController()
  const stop = () => abort.abort(new Error('stop'))
  await expect(exportJob.run(context(stop, abort.signal), asked())).rejects.toThrow('stop')
  expect(existsSync(asked().target)).toBe(false)
  expect(leftovers()).toEqual([])
})
