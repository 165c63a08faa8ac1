/** The labels of an export as typed columns: those in force, and pseudo-labels above the asked confidence. */
import type { ExportRequest } from '@shared/contract/exports'
import { Source } from '@shared/model'
import type { Reader } from '../store/reader'

export interface RowChoices extends Pick<
  ExportRequest,
  'sources' | 'minConfidence' | 'audited' | 'unlabeled' | 'classes' | 'paths'
> {
  confirmedOnly: boolean
  firstCopyOnly: boolean
}

export const sources = Source.options
export const unknown = -2
/** Labeled, but not for this export: neither it nor its pseudo-label has a row. */
export const leftOut = -3

/**
 * Labels by sample: those of ordinal n stand at `start[n]` to `start[n + 1]`. Some 25 bytes per label.
 * `index`: class index, or one of the marks above.
 */
export interface LabelColumns {
  classes: { classId: string; name: string }[]
  start: Uint32Array
  index: Int32Array
  /** Index into `Source.options`. */
  source: Uint8Array
  /** NaN: none. */
  confidence: Float32Array
  /** Unix ms; 0: a pseudo-label, or waiting for confirmation. */
  confirmedAt: Float64Array
  unconfirmed: number
}

export function labelColumns(reader: Reader, choices: RowChoices): LabelColumns {
  const samples = reader.sampleCount()
  const classes = reader.classes.list().map(({ id, name }) => ({ classId: id, name }))
  const indexOf = new Map(classes.map(({ classId }, index) => [classId, index]))
  const pseudo = pseudoLabels(reader, indexOf, choices)
  const room = (pseudo?.count ?? 0) + reader.labels.count()
  const columns: LabelColumns = {
    classes,
    start: new Uint32Array(samples + 1),
    index: new Int32Array(room),
    source: new Uint8Array(room),
    confidence: new Float32Array(room).fill(NaN),
    confirmedAt: new Float64Array(room),
    unconfirmed: 0,
  }
  let end = 0
  let next = 0
  const close = (upTo: number) => {
    for (; next < upTo; next++) {
      columns.start[next] = end
      for (const { index, confidence } of pseudo?.of(next) ?? []) {
        columns.index[end] = index
        columns.source[end] = sources.indexOf('propagated')
        columns.confidence[end++] = confidence
      }
    }
  }
  const wantedClasses = choices.classes && new Set(choices.classes.map((name) => name.toLowerCase()))
  const accepted = new Set(reader.audits.accepted().map(({ outcome }) => outcome?.acceptedAt))
  const vouched = (source: Source, at: number) => source === 'audited' || (source === 'propagated' && accepted.has(at))
  for (const { ordinal, classId, source, confirmed, confidence, at } of reader.labels.inForce()) {
    if (ordinal >= next) {
      close(ordinal)
      columns.start[next++] = end
    }
    const waits = choices.confirmedOnly && !confirmed
    columns.unconfirmed += Number(waits)
    const index = classId === null ? unknown : indexOf.get(classId)!
    const wanted =
      !waits &&
      choices.sources.includes(source) &&
      (!choices.audited || vouched(source, at)) &&
      (!wantedClasses || wantedClasses.has(className(classes, index)))
    columns.index[end] = wanted ? index : leftOut
    columns.source[end] = sources.indexOf(source)
    columns.confidence[end] = confidence ?? NaN
    columns.confirmedAt[end++] = confirmed ? at : 0
  }
  close(samples)
  columns.start[samples] = end
  return columns
}

const className = (classes: LabelColumns['classes'], index: number) => classes[index]?.name.toLowerCase() ?? ''

function pseudoLabels(
  reader: Reader,
  indexOf: Map<string, number>,
  { sources: wanted, minConfidence, audited, classes: names }: RowChoices,
) {
  const run = reader.runs.active()
  const head = run && reader.head(run.id)
  if (!head || audited || minConfidence === null || !wanted.includes('propagated')) return null
  const { classes, confidences, starts } = reader.pseudoLabels(head.id)
  const lower = names && new Set(names.map((name) => name.toLowerCase()))
  const known = new Map(reader.classes.list().map(({ id, name }) => [id, name.toLowerCase()]))
  const indices = head.classes.map((uuid) => (!lower || lower.has(known.get(uuid) ?? '') ? (indexOf.get(uuid) ?? -1) : -1))
  return {
    count: classes.length,
    /** Those of a sample that are asked for: one at most, several in multi-label projects. */
    *of(ordinal: number) {
      const end = Math.min(classes.length, starts?.[ordinal + 1] ?? (starts ? 0 : ordinal + 1))
      for (let at = starts?.[ordinal] ?? ordinal; at < end; at++) {
        const index = indices[classes[at]!] ?? -1
        if (index >= 0 && confidences[at]! >= minConfidence) yield { index, confidence: confidences[at]! }
      }
    },
  }
}
