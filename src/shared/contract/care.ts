/** Looking after a project and this installation: check, repair, backup, merge, caches, diagnostics, settings. */
import { z } from 'zod'
import { procedure } from './base'

export const Finding = z.object({
  code: z.enum(['structure', 'references', 'ordinals', 'labels', 'embeddings', 'thumbnails', 'encoders', 'leftovers']),
  /** How many places. */
  count: z.number().int(),
  /** In plain words. */
  text: z.string(),
  /** Can be made again from the rest. */
  repairable: z.boolean(),
})
export type Finding = z.infer<typeof Finding>

export const Merged = z.object({
  /** Acts, classes and images that this copy did not have. */
  acts: z.number().int(),
  classes: z.number().int(),
  samples: z.number().int(),
})
export type Merged = z.infer<typeof Merged>

export const Settings = z.object({
  /** Threads of heavy work; null: one for each physical core. */
  threads: z.number().int().min(1).max(256).nullable(),
})
export type Settings = z.infer<typeof Settings>

const folder = z.object({ folder: z.string().min(1) })

export const care = {
  /** Everything that does not hold of the open project. */
  verify: procedure.output(z.array(Finding)),
  /** Backs up, repairs what can be repaired, and answers what was wrong and what is left. */
  repair: procedure.output(z.object({ found: z.array(Finding), left: z.array(Finding), backup: z.string() })),
  /** A new database from what can still be read of one that does not open; the damaged one is kept. */
  salvage: procedure.input(folder).output(z.object({ kept: z.string(), rows: z.record(z.string(), z.number().int()) })),
  /** A copy of the database beside it: labels, classes, runs, embeddings. */
  backup: procedure.output(z.object({ path: z.string(), bytes: z.number() })),
  /** Deletes what is made again when needed; answers the bytes that were freed. */
  clearCaches: procedure.output(z.object({ bytes: z.number() })),
  /** Brings the acts of another copy of the open project into it; the other copy is only read. */
  merge: procedure.input(folder).output(Merged),
  /** Versions, settings, project sizes and the end of the log, without names of folders, files or classes. */
  diagnostics: procedure.output(z.string()),
  /** Licences of everything that is shipped. */
  licences: procedure.output(z.string()),
  settings: procedure.output(Settings.extend({ cores: z.number().int() })),
  change: procedure.input(Settings.partial()).output(Settings),
}
