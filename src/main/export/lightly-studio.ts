/** LightlyStudio: `file_path_abs,class_name,confidence,annotation_source`, one row per label. */
import type { ExportContext, Exporter, ExportRow } from './exporter'
import { writeRows } from './lines'
import { csvLines, rounded } from './table'

export const lightlyStudio: Exporter = {
  id: 'lightly-studio',
  async write(context, path) {
    const { data, signal, progress } = context
    const head = csvLines([['file_path_abs', 'class_name', 'confidence', 'annotation_source']])
    const written = await writeRows(
      path,
      head,
      data.rows(),
      (rows) =>
        csvLines(
          rows.flatMap((row) => lines(context, row)),
          false,
        ),
      {
        signal,
        progress,
      },
    )
    return { summary: `${written.toLocaleString('en')} images` }
  },
}

const lines = (context: ExportContext, row: ExportRow) =>
  row.labels.map(({ name, source, confidence }) => [absolutePath(context, row), name, rounded(confidence), source])

/** Of the original, POSIX separators. */
export function absolutePath({ reader }: ExportContext, { text }: ExportRow): string {
  return `${reader.meta.facts().root.toString().replaceAll('\\', '/').replace(/\/+$/, '')}/${text}`
}
