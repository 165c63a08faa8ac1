/** The columns of a label table, the same in every format. */
import { stringify } from 'csv-stringify/sync'
import type { ExportRow } from './exporter'

export const columns = [
  'path',
  'sha256',
  'width',
  'height',
  'label',
  'label_id',
  'source',
  'confidence',
  'split',
  'cluster_id',
  'confirmed_at',
] as const

export type TableRecord = Record<(typeof columns)[number], string | number | null>

/** One record per label; one without a label where there is none. */
export function tableRecords(row: ExportRow): TableRecord[] {
  const about = { path: row.text, sha256: row.sha256, width: row.width, height: row.height }
  const place = { split: row.split, cluster_id: row.clusterId }
  if (row.labels.length === 0) {
    const none = { label: null, label_id: null, source: row.unknown?.source ?? null, confidence: null }
    return [{ ...about, ...none, ...place, confirmed_at: isoTime(row.unknown?.confirmedAt ?? null) }]
  }
  return row.labels.map(({ name, classId, source, confidence, confirmedAt }) => ({
    ...about,
    label: name,
    label_id: classId,
    source,
    confidence: rounded(confidence),
    ...place,
    confirmed_at: isoTime(confirmedAt),
  }))
}

export const rounded = (confidence: number | null) => (confidence === null ? null : Number(confidence.toFixed(4)))
export const isoTime = (at: number | null) => (at === null ? null : new Date(at).toISOString())

/** Spreadsheets run cells that begin so as formulas; an apostrophe before makes them text. */
const formula = /^'*[=+\-@\t\r\uff0b\uff0d\uff1d\uff20]/

/** Reversible: apostrophes that stand before such a beginning get one more. */
export const guarded = (cell: string) => (formula.test(cell) ? `'${cell}` : cell)

/** RFC 4180 lines of cells, null as an empty cell. @param guard makes cells that spreadsheets would run text */
export function csvLines(rows: readonly (readonly (string | number | null)[])[], guard = true): string {
  return stringify(rows as unknown[][], {
    record_delimiter: 'windows',
    quoted_match: /[\r\n]/,
    cast: guard ? { string: guarded } : {},
  })
}
