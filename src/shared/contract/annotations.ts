/** Acts of a person on labels: an append-only log, fully undoable, acts on classes and clusters included. */
import { z } from 'zod'
import { AnnotationEntry, Ordinal, Selection, Uuid } from '../model'
import { procedure } from './base'

export const annotations = {
  /**
   * Gives the selection a class (`null`: unknown), instead of the one it had, or in multi-label projects beside those it has;
   * unknown stands alone. Samples in `seen` were on screen and become `human`;
   * the others `grouped`. A selection of ordinals without `seen` counts as seen. `drawn` are those of them that `queries.next` had
   * drawn uniformly; the log keeps the mark.
   */
  label: procedure
    .input(
      z.object({
        selection: Selection,
        classId: Uuid.nullable(),
        seen: z.array(Ordinal).max(10_000).optional(),
        drawn: z.array(Ordinal).max(10_000).optional(),
      }),
    )
    .output(AnnotationEntry),
  /** Takes every label away, or in multi-label projects that of one class: the person says that it is not so. */
  clear: procedure.input(z.object({ selection: Selection, classId: Uuid.optional() })).output(AnnotationEntry),
  /** The changed image still is what its label says. */
  confirm: procedure.input(z.object({ selection: Selection })).output(AnnotationEntry),
  /** Null when there is nothing to undo. */
  undo: procedure.output(AnnotationEntry.nullable()),
  redo: procedure.output(AnnotationEntry.nullable()),
  log: procedure
    .input(z.object({ offset: z.number().int().nonnegative(), limit: z.number().int().min(1).max(500) }))
    .output(z.object({ total: z.number().int(), rows: z.array(AnnotationEntry) })),
  /** Formats of label files. */
  labelFormats: procedure.output(z.array(z.object({ id: z.string(), title: z.string(), help: z.string() }))),
  /** Reads labels, confidences and splits of a file or folder; imported labels never replace a person's. */
  importFile: procedure
    .input(
      z.object({
        path: z.string(),
        /** Null: told by the name. */
        format: z.string().nullable().default(null),
        /** Labels keep the source that the file gives them; otherwise all are `imported`. */
        keepSources: z.boolean().default(false),
        /** Says what would happen, and changes nothing. */
        dryRun: z.boolean().default(false),
      }),
    )
    .output(
      z.object({
        format: z.string(),
        matched: z.number().int(),
        kept: z.number().int(),
        splits: z.number().int(),
        unknownPaths: z.array(z.string()).max(20),
        unknownPathCount: z.number().int(),
        conflicts: z.array(z.string()).max(20),
        conflictCount: z.number().int(),
        newClasses: z.array(z.string()),
        byClass: z.array(z.object({ name: z.string(), count: z.number().int() })),
        entry: AnnotationEntry.nullable(),
      }),
    ),
}
