/** Checkpoints, schedules and optimizers against their formulas. */
import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { float32 } from '../tensor'
import { readCheckpoint, writeCheckpoint } from './checkpoint'
import { adamW } from './optimizers'
import { warmUpCosine } from './schedule'

it('reads back the checkpoint it wrote and leaves nothing else', () => {
  const folder = mkdtempSync(join(tmpdir(), 'handful-checkpoint-'))
  const path = join(folder, 'checkpoint')
  expect(readCheckpoint(path)).toBeUndefined()
  const variables = { 'a/b': float32([2, 2], [1, -0, Math.PI, 1e-40]), scalar: float32([], [7]) }
  writeCheckpoint(path, { step: 3, variables })
  writeCheckpoint(path, { step: 4, variables })
  expect(readCheckpoint(path)).toEqual({ step: 4, variables })
  expect(readdirSync(folder)).toEqual(['checkpoint'])
  writeFileSync(path, 'something else\n')
  expect(() => readCheckpoint(path)).toThrow(/is not a checkpoint/)
})

it('warms up linearly, then falls along half a cosine', () => {
  const schedule = { peak: 2, steps: 110, warmUp: 10 }
  expect([1, 5, 10].map((step) => warmUpCosine(step, schedule))).toEqual([0.2, 1, 2])
  expect(warmUpCosine(60, schedule)).toBeCloseTo(1)
  expect(warmUpCosine(110, schedule)).toBeCloseTo(0)
})

it('corrects the bias of both Adam moments in its rates', () => {
  const { stepSize, spread } = adamW().rates(0.1, 3)
  expect(stepSize).toBeCloseTo(0.1 / (1 - 0.9 ** 3))
  expect(spread).toBeCloseTo(1 / Math.sqrt(1 - 0.999 ** 3))
})
