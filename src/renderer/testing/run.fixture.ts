/** A run that is ready. */
import type { Run } from '@shared/model'
import { uuid } from './fake-host.fixture'

export const runOf = (number: number, over: Partial<Run>): Run => ({
  id: uuid(number),
  task: 'vicreg',
  parameters: {},
  seed: number,
  inputSize: 32,
  dimensions: 96,
  state: 'ready',
  active: false,
  createdAt: number,
  seconds: 120,
  embedded: 500,
  scores: { retrieval: 0.4, alignment: 0.3 },
  notes: [],
  ...over,
})
