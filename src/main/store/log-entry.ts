/** What an act is, and how its entry in the annotation log looks from outside. */
import type { AnnotationEntry, Source } from '@shared/model'
import type { RowChange } from './changes'

/** What an act says of some samples. `classId` is the internal number; null with `cleared` false is "unknown". */
export interface LabelSet {
  classId: number | null
  /** Takes a label away: every one of the samples', or in multi-label projects that of `classId`, "it is not so". */
  cleared?: boolean
  source: Source
  confirmed?: boolean
  /** Asked because they were drawn uniformly. */
  drawn?: boolean
  ordinals: ArrayLike<number>
  /** One for each of `ordinals`, for accepted pseudo-labels. */
  confidences?: ArrayLike<number>
}

/** Samples become members of a cluster that a person made; −1: of none, 0: of what the clustering says. */
export interface MemberSet {
  cluster: number
  ordinals: ArrayLike<number>
}

export interface Act {
  what: 'label' | 'clear' | 'accept' | 'import' | 'confirm' | 'carry' | 'class' | 'cluster'
  title: string
  sets: (LabelSet | MemberSet)[]
  /** Of classes and clusters, made in the same transaction. */
  changes?: RowChange[]
}

export interface EntryRow {
  seq: number
  uuid: string
  at: number
  what: string
  title: string
  samples: number
  target: number | null
  undone: number
  changes: string
}

const shown: Record<string, AnnotationEntry['what']> = { carry: 'label', redo: 'label' }

export const entryOf = (row: EntryRow): AnnotationEntry => ({
  id: row.uuid,
  at: row.at,
  what: shown[row.what] ?? (row.what as AnnotationEntry['what']),
  title: row.title,
  samples: row.samples,
  undone: row.undone === 1,
})
