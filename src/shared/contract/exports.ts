/** Export of labels, images by class, and the trained parts. */
import { z } from 'zod'
import { Descriptor, Source, Uuid } from '../model'
import { procedure } from './base'

export const ExportRequest = z.object({
  format: z.string(),
  /** Absolute path of the file or folder to make. */
  target: z.string().min(1),
  replace: z.boolean().default(false),
  sources: z.array(Source).default(['human', 'grouped', 'audited', 'propagated', 'imported']),
  /** Pseudo-labels that nobody accepted are exported as `propagated` from this confidence; null leaves them out. */
  minConfidence: z.number().min(0).max(1).nullable().default(0),
  unlabeled: z.boolean().default(false),
  /** Fractions; the rest is train. */
  split: z
    .object({ validation: z.number().min(0).max(0.9), test: z.number().min(0).max(0.9), seed: z.number().int() })
    .nullable()
    .default(null),
  options: z.record(z.string(), z.unknown()).default({}),
})
export type ExportRequest = z.infer<typeof ExportRequest>

export const ExportPreview = z.object({
  rows: z.number().int(),
  bySource: z.record(Source, z.number().int()),
  byClass: z.array(z.object({ name: z.string(), count: z.number().int() })),
  /** Bytes that will be written, roughly. */
  bytes: z.number(),
  targetExists: z.boolean(),
})
export type ExportPreview = z.infer<typeof ExportPreview>

export const exports = {
  formats: procedure.output(z.array(Descriptor.extend({ target: z.enum(['file', 'folder']), extension: z.string() }))),
  /** What would be written, before it is. */
  preview: procedure.input(ExportRequest).output(ExportPreview),
  start: procedure.input(ExportRequest).output(z.object({ jobId: Uuid })),
}
