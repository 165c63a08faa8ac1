/** The first rows of an export, as the page shows them. */
import type { ExportPreview } from '@shared/contract/exports'
import type { ExportRow } from './exporter'
import { tableRecords } from './table'

const shown = 8

export function previewOf(rows: Iterable<ExportRow>): ExportPreview['first'] {
  const first: ExportPreview['first'] = []
  for (const row of rows) {
    for (const { path, label, source, confidence, split } of tableRecords(row)) {
      first.push({
        path: String(path),
        label: text(label),
        source: row.labels.length ? text(source) : null,
        confidence: confidence as number | null,
        split: text(split),
      })
    }
    if (first.length >= shown) break
  }
  return first.slice(0, shown)
}

const text = (value: string | number | null) => (value === null ? null : String(value))
