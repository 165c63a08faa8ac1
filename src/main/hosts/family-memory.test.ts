/** Checks the measured memory against what a real child process holds. */
import { spawn } from 'node:child_process'
import { expect, test } from 'vitest'
import { familyMemory } from './family-memory'

test('the memory of a child is counted, and gone with it', async () => {
  const before = await familyMemory()
  const script =
    "const held = Buffer.alloc(300e6, 1); process.stdout.write('ready'); process.stdin.on('end', () => held.length).resume()"
  const child = spawn(process.execPath, ['-e', script], { stdio: ['pipe', 'pipe', 'inherit'] })
  await new Promise((resolve) => child.stdout.once('data', resolve))
  expect((await familyMemory()) - before).toBeGreaterThan(280e6)
  expect(await familyMemory(child.pid)).toBeGreaterThan(300e6)
  child.kill('SIGKILL')
  await new Promise((resolve) => child.once('close', resolve))
  expect(await familyMemory(child.pid)).toBe(0)
})
