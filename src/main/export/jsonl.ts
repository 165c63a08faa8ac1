/** JSON Lines: the columns of the CSV as one object per line. */
import type { Exporter } from './exporter'
import { writeRows } from './lines'
import { tableRecords } from './table'

export const jsonl: Exporter = {
  id: 'jsonl',
  async write({ data, signal, progress }, path) {
    const lines = (rows: Parameters<typeof tableRecords>[0][]) =>
      rows
        .flatMap(tableRecords)
        .map((record) => `${JSON.stringify(record)}\n`)
        .join('')
    const written = await writeRows(path, '', data.rows(), lines, { signal, progress })
    return { summary: `${written.toLocaleString('en')} rows` }
  },
}
