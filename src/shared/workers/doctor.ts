/** Doctor worker: checks a project, which reads all of it. */
import { oc } from '@orpc/contract'
import { z } from 'zod'
import { Finding } from '../contract/care'

export const doctorWorker = {
  examine: oc.input(z.object({ projectFolder: z.string() })).output(z.array(Finding)),
}
