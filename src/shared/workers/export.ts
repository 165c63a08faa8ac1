/** The export worker: writes exports, whole or not at all. */
import { eventIterator, oc } from '@orpc/contract'
import { z } from 'zod'
import { ExportPreview, ExportRequest } from '../contract/exports'
import { Progress } from '../model'

const job = z.object({ projectFolder: z.string(), request: ExportRequest })

/** What came of it, and the split to keep: a byte per ordinal, base64. */
const Exported = z.object({ summary: z.string(), split: z.object({ name: z.string(), parts: z.string() }).nullable() })

export const exportWorker = {
  preview: oc.input(job).output(ExportPreview),
  run: oc.input(job).output(eventIterator(Progress, Exported)),
  /** Stops the export under way; answers when nothing of it is left. */
  cancel: oc.output(z.void()),
}
