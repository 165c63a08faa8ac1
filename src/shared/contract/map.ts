/** What the map of the active run can be coloured by; the numbers themselves come from the page's own origin, not from here. */
import { z } from 'zod'
import { Uuid } from '../model'
import { procedure } from './base'

export const MapField = z.object({
  /** `class`, `predicted`, `confidence`, `cluster`, `run:<id>`, `date`, `camera`, `folder`, `typicality`, `size`. */
  id: z.string(),
  kind: z.enum(['category', 'number']),
  /** Of a run: how it was made. */
  detail: z.string().nullable(),
})
export type MapField = z.infer<typeof MapField>

export const map = {
  /** Null before there is a map. */
  state: procedure.output(
    z
      .object({
        runId: Uuid,
        /** Changes whenever the map does. */
        version: z.string(),
        fields: z.array(MapField),
      })
      .nullable(),
  ),
  /**
   * What the values of a field's column mean. Categories are numbered: uint16, 65535 where there is none; numbers are float32, NaN where
   * there is none.
   */
  legend: procedure.input(z.object({ field: z.string(), granularity: z.number().min(0).max(1).nullable() })).output(
    z.object({
      kind: z.enum(['category', 'number']),
      /** Names of the categories: class UUIDs, `cluster` numbers as text, cameras, folders. */
      values: z.array(z.string()),
      least: z.number().nullable(),
      most: z.number().nullable(),
    }),
  ),
}
