/** Labels that may be wrong or missing in the open multi-label project. */
import type { SuspectRow } from '@shared/contract/cleaning'
import { HandfulError } from '@shared/errors'
import { multiSuspects } from '../../labeling/cleaning/multi-suspects'
import { cleaningFolds } from '../../labeling/cleaning/suspects'
import { heldOutOneVsRest } from '../../labeling/heads/one-vs-rest'
import type { Reader } from '../../store/reader'
import { type Columns, unknown } from './columns'
import type { MultiColumns } from './multi-columns'
import { trainingLabels } from './multi-label'
import type { RunInUse } from './run'

/** @throws HandfulError NOT_READY with fewer than `fewest` labeled images */
export function findMultiSuspects(
  { columns, reader, run }: { columns: Columns; reader: Reader; run: RunInUse },
  multi: MultiColumns,
  fewest: number,
): { rows: SuspectRow[]; clear: number; overlaps: [] } {
  const { labels, used } = trainingLabels(run, multi)
  if (labels.rows.length < fewest || used.length === 0)
    throw new HandfulError('NOT_READY', { needs: `at least ${fewest} labeled images, some with a class and some without it` })
  const folds = cleaningFolds(new Uint16Array(labels.rows.length), 0)
  const { data, columns: dimensions, rows } = run.embeddings
  const heldOut = heldOutOneVsRest({ embeddings: data, rows, dimensions, labels }, folds)
  const ordinalAt = (position: number) => run.ordinals[labels.rows[position]!]!
  const said = (position: number) => multi.said.get(ordinalAt(position)) ?? []
  /** A person who said "unknown" has looked for every class. */
  const mayMiss = (position: number, index: number) =>
    !said(position).some((one) => one.index === used[index] || (one.inForce && one.index === unknown))
  const kept = new Set(Array.from(reader.labels.confirmed(), ({ ordinal, classId }) => `${ordinal} ${classId}`))
  const isKept = (position: number, index: number) => kept.has(`${ordinalAt(position)} ${columns.classes[used[index]!]!}`)
  const { found, clear } = multiSuspects(heldOut, labels, folds, mayMiss)
  const shown = found.filter(
    ({ position, index, given }) => columns.files[ordinalAt(position)]! > 0 && !(given && isKept(position, index)),
  )
  return {
    rows: shown.map(({ position, index, given, probability }) => {
      const classId = columns.classes[used[index]!]!
      const [confidence, support] = given ? [1 - probability, probability] : [probability, 1 - probability]
      return {
        ordinal: ordinalAt(position),
        given: given ? classId : null,
        suggested: given ? null : classId,
        confidence,
        support,
      }
    }),
    clear: Math.min(clear, shown.length),
    overlaps: [],
  }
}
