/** Kills a real main and sees that its worker, in the middle of an endless loop, goes with it. */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'

const alive = (pid: number) => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

test('a worker that computes without a pause ends soon after main was killed', async () => {
  const loader = pathToFileURL(join(import.meta.dirname, 'source-loader.ts')).href
  const main = spawn(process.execPath, ['--import', loader, join(import.meta.dirname, 'stuck.fixture.ts'), 'main'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const worker = Number(
    await new Promise<string>((resolve) => main.stdout.once('data', (bytes: Buffer) => resolve(bytes.toString()))),
  )
  await new Promise((resolve) => setTimeout(resolve, 2500))
  expect(alive(worker)).toBe(true)
  const ended = new Promise((resolve) => main.once('close', resolve))
  main.kill('SIGKILL')
  await ended
  await expect.poll(() => alive(worker), { timeout: 10_000, interval: 50 }).toBe(false)
})
