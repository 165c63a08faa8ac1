/** Hugging Face imagefolder: metadata.jsonl or metadata.csv in the folder of each split. */
import { readdir, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { type Importer, splitOf, wrong } from './importer'
import { readLabelTable } from './label-table'

const metadata = /^metadata\.(jsonl|csv)$/

export const imagefolder: Importer = {
  id: 'imagefolder',
  title: 'Hugging Face imagefolder',
  help: 'A folder with metadata.jsonl or metadata.csv, alone or per split.',
  takes: (path, isFolder, entries) =>
    isFolder ? entries.some((name) => metadata.test(basename(name))) : metadata.test(basename(path)),
  async *read(path) {
    const isFolder = (await stat(path)).isDirectory()
    const files = isFolder
      ? (await readdir(path, { recursive: true }))
          .filter((name) => metadata.test(basename(name)))
          .sort()
          .map((name) => join(path, name))
      : [path]
    if (files.length === 0) throw wrong(path, 'it holds no metadata.jsonl')
    for (const file of files) {
      const split = splitOf(basename(dirname(file)))
      for await (const line of readLabelTable(file)) yield line.label === null ? line : { ...line, split: line.split ?? split }
    }
  },
}
