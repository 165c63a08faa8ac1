/** CSV after RFC 4180, UTF-8, with cells that spreadsheets would run as formulas made text. */
import { CsvOptions } from './descriptors'
import type { Exporter } from './exporter'
import { writeRows } from './lines'
import { columns, csvLines, tableRecord } from './table'

export const csv: Exporter = {
  id: 'csv',
  async write({ data, options, signal, progress }, path) {
    const { byteOrderMark } = CsvOptions.parse(options)
    const head = (byteOrderMark ? '\ufeff' : '') + csvLines([columns])
    const written = await writeRows(
      path,
      head,
      data.rows(),
      (rows) =>
        csvLines(
          rows.map((row) => {
            const record = tableRecord(row)
            return columns.map((column) => record[column])
          }),
        ),
      { signal, progress },
    )
    return { summary: `${written.toLocaleString('en')} rows` }
  },
}
