/** Rows that earlier versions stored still meet the contract. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AuditPlanFacts } from '@shared/contract/audit'
import { Measured } from '@shared/contract/progress'
import { expect, test } from 'vitest'
import { makeProject } from './project.fixture'

test('an audit from before rings had expected errors, and a head of several classes from before they were calibrated', () => {
  const folder = join(mkdtempSync(join(tmpdir(), 'handful-audits-')), 'p.handful')
  const store = makeProject(folder, ['a', 'b'])
  const plan = {
    target: 0.95,
    seed: 3,
    sizes: [30, 20, 10],
    thresholds: [[0.99], [0.95], [null]],
    expected: [0.99, 0.97, 0.95],
    looks: [60],
  }
  store.database
    .prepare("INSERT INTO audit (uuid, run, seq, classes, plan, created_at) VALUES ('u', 'r', 1, '[]', ?, 1)")
    .run(JSON.stringify(plan))
  const whole = { ...plan, levels: [1, 2, 3], errors: [0.03, 0.03, 0.03] }
  expect(AuditPlanFacts.parse(store.audits.latest()!.plan)).toEqual(whole)
  store.close()
  rmSync(join(folder, '..'), { recursive: true, force: true })

  const estimate = { value: 0.9, low: 0.8, high: 1 }
  const calibration = { bins: [], error: 0, brier: 0 }
  const measured = { checks: 20, right: 18, accuracy: estimate, gainOfTen: null, calibration, advice: 'go-on' }
  expect(Measured.parse({ ...measured, calibratedBy: 'none' }).calibratedBy).toBe('none')
  expect(Measured.parse(measured).calibratedBy).toBe('temperature')
})
