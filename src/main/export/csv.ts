/** CSV after RFC 4180, UTF-8, with cells that spreadsheets would run as formulas made text. */
import { CsvOptions } from './csv.descriptor'
import type { Exporter } from './exporter'
import { writeRows } from './lines'
import { columns, csvLines, tableRecords } from './table'

export const csv: Exporter = {
  id: 'csv',
  async write({ data, options, signal, progress }, path) {
    const { byteOrderMark } = CsvOptions.parse(options)
    const head = (byteOrderMark ? '\ufeff' : '') + csvLines([columns])
    const cells = (rows: Parameters<typeof tableRecords>[0][]) =>
      csvLines(rows.flatMap(tableRecords).map((record) => columns.map((column) => record[column])))
    const written = await writeRows(path, head, data.rows(), cells, { signal, progress })
    return { summary: `${written.toLocaleString('en')} rows` }
  },
}
