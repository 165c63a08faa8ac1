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

export function tableRecord(row: ExportRow): TableRecord {
  return {
    path: row.text,
    sha256: row.sha256,
    width: row.width,
    height: row.height,
    label: row.label?.name ?? null,
    label_id: row.label?.classId ?? null,
    source: row.source,
    confidence: row.confidence === null ? null : Number(row.confidence.toFixed(4)),
    split: row.split,
    cluster_id: row.clusterId,
    confirmed_at: row.confirmedAt === null ? null : new Date(row.confirmedAt).toISOString(),
  }
}

/** Spreadsheets run cells that begin so as formulas; an apostrophe before makes them text. */
const formula = /^'*[=+\-@\t\r\uff0b\uff0d\uff1d\uff20]/

/** Reversible: apostrophes that stand before such a beginning get one more, see `unguarded`. */
export const guarded = (cell: string) => (formula.test(cell) ? `'${cell}` : cell)

/** RFC 4180 lines of cells: strings guarded against formulas, null as an empty cell. */
export function csvLines(rows: readonly (readonly (string | number | null)[])[]): string {
  return stringify(rows as unknown[][], {
    record_delimiter: 'windows',
    quoted_match: /[\r\n]/,
    cast: { string: guarded },
  })
}
