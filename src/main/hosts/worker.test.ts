import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
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

test('answers are not kept once they were given', async () => {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  const worker = startWorker('analysis', analysisWorker)
  let answers: WeakRef<object>[] = []
  for (let index = 0; index < 20; index++) answers.push(new WeakRef(await worker.guard(Promise.resolve({ index }))))
  await new Promise((resolve) => setTimeout(resolve, 20))
  collect()
  answers = answers.filter((answer) => answer.deref() !== undefined)
  expect(answers.length).toBeLessThan(3)
  await worker.kill()
  await expect(worker.guard(new Promise(() => undefined))).rejects.toMatchObject({ code: 'WORKER_CRASHED' })
})
