/** Projects: make, open, watch. One project is open at a time. */
import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import { Fit, Labeling, ProjectEvent, ProjectState } from '../model'
import { procedure } from './base'

export const RecentProject = z.object({
  folder: z.string(),
  name: z.string(),
  openedAt: z.number(),
  present: z.boolean(),
  samples: z.number().int().nullable(),
})
export type RecentProject = z.infer<typeof RecentProject>

export const projects = {
  recent: procedure.output(z.array(RecentProject)),
  forget: procedure.input(z.object({ folder: z.string() })).output(z.void()),
  create: procedure
    .input(
      z.object({
        /** The image folder. */
        root: z.string().min(1),
        /** The project folder; default: `<projects folder>/<image folder's name>.handful`, made unique. */
        folder: z.string().min(1).optional(),
        fit: Fit.default('letterbox'),
        labeling: Labeling.default('single'),
        followLinks: z.boolean().default(false),
        /** Go on by itself: import, then the instant encoder, then clusters. */
        automatic: z.boolean().default(true),
      }),
    )
    .output(ProjectState),
  open: procedure.input(z.object({ folder: z.string().min(1) })).output(ProjectState),
  close: procedure.output(z.void()),
  /** Null when no project is open. */
  state: procedure.output(ProjectState.nullable()),
  /** One event per change, batched; ends when the project closes. */
  events: procedure.output(eventIterator(ProjectEvent)),
  /** New, changed, missing and moved files; the image folder may be given anew when it was moved. */
  rescan: procedure
    .input(
      z.object({
        root: z.string().optional(),
        /** Go on by itself: embed and cluster what is new. */
        automatic: z.boolean().default(true),
      }),
    )
    .output(z.object({ jobId: z.string() })),
}
