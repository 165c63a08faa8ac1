/** Samples: pages for the grid, one in detail, neighbours, problems, duplicates. */
import { z } from 'zod'
import { AnnotationEntry, FileProblem, Ordinal, SampleQuery, SampleRow, Uuid } from '../model'
import { procedure } from './base'

const page = { offset: z.number().int().nonnegative(), limit: z.number().int().min(1).max(1000) }

export const SampleDetail = SampleRow.extend({
  format: z.string(),
  bytes: z.number(),
  sha256: z.string(),
  takenAt: z.number().nullable(),
  camera: z.string().nullable(),
  places: z.array(z.object({ path: z.string(), absolute: z.string(), present: z.boolean() })),
  history: z.array(AnnotationEntry),
  /** Notes of the decoder: intensity window, first frame of 12, CMYK converted. */
  notes: z.array(z.string()),
})
export type SampleDetail = z.infer<typeof SampleDetail>

/** Samples that stand together in the order of their query. */
export const SampleGroup = z.object({
  /** Class UUID, cluster number as text, folder, camera, day as `2026-01-31`, event as its first and last Unix ms, `0/1`; null: in none. */
  name: z.string().nullable(),
  count: z.number().int(),
})
export type SampleGroup = z.infer<typeof SampleGroup>

export const samples = {
  page: procedure
    .input(z.object({ query: SampleQuery, ...page }))
    .output(z.object({ total: z.number().int(), rows: z.array(SampleRow) })),
  /** Of a query with `groupBy`, in its order; none without. */
  groups: procedure.input(z.object({ query: SampleQuery })).output(z.array(SampleGroup)),
  rows: procedure.input(z.object({ ordinals: z.array(Ordinal).max(1000) })).output(z.array(SampleRow)),
  get: procedure.input(z.object({ ordinal: Ordinal })).output(SampleDetail),
  /** Most similar first, without the sample itself. */
  neighbours: procedure
    .input(z.object({ ordinal: Ordinal, count: z.number().int().min(1).max(200).default(24) }))
    .output(z.array(z.object({ ordinal: Ordinal, similarity: z.number() }))),
  /** The embedding of an image from outside by the encoder in use, for SampleQuery.similar. @throws BAD_PARAMETER when it is no image */
  embed: procedure
    .input(z.object({ image: z.instanceof(Blob), name: z.string().max(500) }))
    .output(z.object({ runId: Uuid, vector: z.array(z.number()) })),
  quarantine: procedure.input(z.object(page)).output(z.object({ total: z.number().int(), rows: z.array(FileProblem) })),
}
