import { expect, it } from 'vitest'
import { domainIds } from '../views/domains'
import { descriptors } from './descriptors'
import { trainingViews } from './training-views'

it.each(domainIds)('views of %s: compared ones differ most, upright ones are never mirrored or turned', (domain) => {
  const [compared, gentle, upright] = (['compared', 'gentle', 'upright'] as const).map((kind) => trainingViews(kind, domain))
  expect(compared!.minArea).toBeLessThanOrEqual(gentle!.minArea)
  for (const change of ['brightness', 'contrast', 'saturation', 'tint', 'grey'] as const)
    expect(compared![change]).toBeGreaterThan(gentle![change])
  const { mirrored, upsideDown, quarterTurns } = compared!
  expect(gentle).toMatchObject({ mirrored, upsideDown, quarterTurns })
  expect(upright).toEqual({ ...gentle, mirrored: false, upsideDown: false, quarterTurns: false })
})

it('every task that has a domain says what views it trains on', () => {
  for (const { parameters, views } of descriptors) {
    const fields = Object.keys((parameters as unknown as { shape: object }).shape)
    expect(views !== undefined).toBe(fields.includes('domain'))
  }
})
