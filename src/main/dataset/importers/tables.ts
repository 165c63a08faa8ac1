/** CSV and JSON Lines with columns for image and class, of Handful or any other program. */
import { join } from 'node:path'
import { stat } from 'node:fs/promises'
import type { Importer } from './importer'
import { readLabelTable } from './label-table'

export const csv: Importer = {
  id: 'csv',
  title: 'CSV table',
  help: 'Columns path (or file, image…) and label (or class…); comma, semicolon or tab. Several classes: tags parted by |, or a column of 0 and 1 for each class. Or a folder with labels.csv.',
  takes: (path, isFolder, entries) => (isFolder ? entries.includes('labels.csv') : /\.(csv|tsv|txt)$/i.test(path)),
  async *read(path) {
    const isFolder = (await stat(path).catch(() => null))?.isDirectory()
    yield* readLabelTable(isFolder ? join(path, 'labels.csv') : path)
  },
}

export const jsonl: Importer = {
  id: 'jsonl',
  title: 'JSON Lines',
  help: 'An object per line with path and label.',
  takes: (path, isFolder) => !isFolder && /\.(jsonl|ndjson)$/i.test(path),
  read: readLabelTable,
}
