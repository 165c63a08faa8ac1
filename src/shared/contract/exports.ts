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
  /** Only labels that an audit vouches for: answers of one, and what was accepted by one. */
  audited: z.boolean().default(false),
  /** Images without any label too, where the format takes them. */
  unlabeled: z.boolean().default(false),
  /** Only labels of classes with these names, whatever their case. */
  classes: z.array(z.string()).nullable().default(null),
  /** Only images whose path begins with one of these. */
  paths: z.array(z.string()).nullable().default(null),
  /** Fractions; the rest is train. */
  split: z
    .object({
      validation: z.number().min(0).max(0.9),
      test: z.number().min(0).max(0.9),
      seed: z.number().int(),
      /** Images that have it in common stay on one side; copies and near copies always do. */
      groupBy: z.enum(['none', 'folder', 'date', 'camera']).default('none'),
    })
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
  /** The first rows. */
  first: z.array(
    z.object({
      path: z.string(),
      label: z.string().nullable(),
      source: z.string().nullable(),
      confidence: z.number().nullable(),
      split: z.string().nullable(),
    }),
  ),
})
export type ExportPreview = z.infer<typeof ExportPreview>

export const exports = {
  formats: procedure.output(
    z.array(
      Descriptor.extend({
        target: z.enum(['file', 'folder']),
        extension: z.string(),
        group: z.enum(['tables', 'training', 'tools', 'model']),
        takesUnlabeled: z.boolean(),
        multiLabel: z.boolean(),
        needsSplit: z.boolean(),
      }),
    ),
  ),
  /** What would be written, before it is. */
  preview: procedure.input(ExportRequest).output(ExportPreview),
  start: procedure.input(ExportRequest).output(z.object({ jobId: Uuid })),
}
