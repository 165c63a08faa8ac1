/** A few kills of the harness in every run of the tests; `bench -- trust --kills 200` has them all. */
import { expect, test } from 'vitest'
import { killThroughStages } from '../../../bench/trust/kill'

test('killed inside a job, while labeling or exporting, a project keeps every promise', async () => {
  const reports = await killThroughStages({ perStage: 2, seed: 7, only: ['import', 'label', 'export'], imagesPerClass: 60 })
  for (const [stage, { main, worker, broken }] of Object.entries(reports)) {
    expect(broken, stage).toEqual([])
    expect(main + worker, stage).toBe(2)
  }
}, 180_000)
