import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { analysisWorker } from '@shared/workers/analysis'
import { expect, test } from 'vitest'
import { createProject } from '../store/open'
import { startWorker } from './worker'

test('typed errors, answers, crash and end of a real worker process', async () => {
  const worker = startWorker('analysis', analysisWorker)
  await expect(worker.guard(worker.client.histogram())).rejects.toMatchObject({ code: 'NO_PROJECT' })
  const folder = join(mkdtempSync(join(tmpdir(), 'handful-worker-')), 'p.handful')
  createProject(folder, { root: Buffer.from('/'), fit: 'crop', followLinks: false }).close()
  await worker.guard(worker.client.open({ projectFolder: folder }))
  expect(await worker.client.page({ query: { sort: 'ordinal', descending: false }, offset: 0, limit: 5 })).toEqual({
    total: 0,
    ordinals: [],
  })
  const never = worker.guard(new Promise(() => undefined))
  process.kill(worker.pid, 'SIGKILL')
  await expect(never).rejects.toMatchObject({ code: 'WORKER_CRASHED', data: { worker: 'analysis', reason: 'signal SIGKILL' } })
  expect(await worker.exited).toEqual({ expected: false, reason: 'signal SIGKILL' })
})

test('a worker that main ends was expected to end', async () => {
  const worker = startWorker('analysis', analysisWorker)
  await worker.kill()
  expect(await worker.exited).toMatchObject({ expected: true })
})
