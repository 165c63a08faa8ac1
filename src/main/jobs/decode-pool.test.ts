/** A decoder that crashes or hangs costs one process and one file; every other file has its outcome. */
import { importWorker } from '@shared/workers/import'
import { expect, test } from 'vitest'
import { startWorker, type WorkerName } from '../hosts/worker'
import { DecodePool, type Outcome } from './decode-pool'

let started = 0
const fragile = () => {
  started++
  return startWorker('../jobs/fragile-import.fixture' as WorkerName, importWorker)
}

async function outcomesOf(names: string[]): Promise<Map<string, string | undefined>> {
  const pool = new DecodePool(new AbortController().signal, { start: fragile })
  pool.open({
    projectFolder: '/none',
    root: Buffer.from('/none'),
    followLinks: false,
    inputSize: 8,
    fit: 'crop',
    pixelsOnly: true,
  })
  const found: Outcome[] = []
  await pool.decode(
    names.map((name) => ({ path: Buffer.from(name), bytes: 1, mtimeMs: 1 })),
    async (outcomes) => void found.push(...outcomes),
  )
  await pool.close()
  expect(found).toHaveLength(names.length)
  return new Map(found.map(({ file, problem }) => [file.path.toString(), problem?.code]))
}

test('a crash and a hang are told of the file that caused them', async () => {
  started = 0
  const names = Array.from({ length: 30 }, (_, index) => (index === 7 ? 'crash' : index === 20 ? 'hang' : `fine ${index}`))
  const codes = await outcomesOf(names)
  expect(codes.get('crash')).toBe('crashed-the-decoder')
  expect(codes.get('hang')).toBe('timed-out')
  expect([...codes.values()].filter((code) => code === 'not-an-image')).toHaveLength(28)
  expect(started).toBeGreaterThan(2)
}, 120_000)

test('headers that make the worker die are unknown, and a worker is asked twice before that', async () => {
  started = 0
  const pool = new DecodePool(new AbortController().signal, { start: fragile })
  expect(await pool.probe({ root: Buffer.from('/none'), followLinks: false }, [Buffer.from('a')])).toEqual([])
  expect(started).toBe(2)
  await pool.close()
})

test('a worker that dies of everything stops the import with its reason', async () => {
  await expect(outcomesOf(Array.from({ length: 40 }, (_, index) => `crash ${index}`))).rejects.toMatchObject({
    code: 'WORKER_CRASHED',
  })
}, 120_000)
