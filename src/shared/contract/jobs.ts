/** Long work: every job shows progress, can be cancelled, and goes on after a kill. */
import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import { Job, Uuid } from '../model'
import { procedure } from './base'

const one = z.object({ id: Uuid })

export const jobs = {
  list: procedure.output(z.array(Job)),
  /** Every job now, then each change, at most 10 a second. */
  watch: procedure.output(eventIterator(Job)),
  cancel: procedure.input(one).output(z.void()),
  /** What was done is kept. It stays paused, also when the project is opened again, until it is resumed. */
  pause: procedure.input(one).output(z.void()),
  resume: procedure.input(one).output(z.void()),
  /** Ends when the job has ended; answers its last state. */
  wait: procedure.input(one).output(Job),
}
