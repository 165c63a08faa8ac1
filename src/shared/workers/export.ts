/** The export worker: writes exports, whole or not at all. */
import { eventIterator, oc } from '@orpc/contract'
import { z } from 'zod'
import { ExportPreview, ExportRequest } from '../contract/exports'
import { Progress } from '../model'

const job = z.object({ projectFolder: z.string(), request: ExportRequest })

export const exportWorker = {
  preview: oc.input(job).output(ExportPreview),
  run: oc.input(job).output(eventIterator(Progress, z.object({ summary: z.string() }))),
  /** Stops the export under way; answers when nothing of it is left. */
  cancel: oc.output(z.void()),
}
