/** A job's surroundings with nobody watching. */
import { availableParallelism } from 'node:os'
import type { JobContext } from '../../src/main/jobs/job'
import type { Store } from '../../src/main/store/open'

export const jobContext = (store: Store): JobContext => ({
  store,
  signal: new AbortController().signal,
  report: () => undefined,
  changed: () => undefined,
  enqueue: () => '',
  threads: availableParallelism(),
})
