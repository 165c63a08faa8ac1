/** A folder per class, as image loaders expect it: `[train|val|test/]<class>/<image>`. Originals are only read. */
import { type FileHandle, mkdir, open, writeFile } from 'node:fs/promises'
import { extname, join, parse } from 'node:path'
import { joinBytes } from '@shared/paths'
import { splits } from '../dataset/splits'
import { dataSheet } from './data-sheet'
import { FoldersOptions } from './descriptors'
import type { Exporter, ExportContext, ExportRow } from './exporter'
import { writeRows } from './lines'
import { markerHead, markerLines, markerName } from './marker'
import { classFolders, NameGiver, safeName } from './names'
import { Placer } from './place'
import { columns, csvLines, tableRecord } from './table'

const sheetName = 'README.md'
const tableName = 'labels.csv'
const classesName = 'classes.txt'
const own = [sheetName, tableName, classesName, markerName]
/** Files placed at the same time. */
const abreast = 16

type Placed = { row: ExportRow; path: string }

export const folders: Exporter = {
  id: 'folders',
  async write(context, root) {
    const { data, options, signal } = context
    const { how } = FoldersOptions.parse(options)
    const classes = classFolders(data.counts.byClass, own)
    const folderOf = new Map(classes.map(({ classId, folder }) => [classId, folder]))
    await makeFolders(root, [...folderOf.values()], context.seed !== null)
    const marker = await open(join(root, markerName), 'wx')
    const lost: string[] = []
    const placer = new Placer(how)
    const table = (rows: Placed[]) =>
      csvLines(rows.map(({ row, path }) => [path, ...columns.map((column) => tableRecord(row)[column])]))
    const placed = placeAll(context, { root, placer, folderOf, lost, marker })
    try {
      await marker.writeFile(markerHead + markerLines(own.slice(0, 3)))
      const images = await writeRows(join(root, tableName), csvLines([['file', ...columns]]), placed, table, { signal })
      await writeFile(join(root, classesName), classes.map(({ folder }) => `${folder}\n`).join(''))
      await writeFile(join(root, sheetName), dataSheet(context, { classes, lost, how, note: placer.note }))
      const missing = lost.length ? `; ${lost.length.toLocaleString('en')} left out, see ${sheetName}` : ''
      const otherwise = placer.note ? `; ${placer.note}` : ''
      return { summary: `${images.toLocaleString('en')} images in ${classes.length} classes${missing}${otherwise}` }
    } finally {
      await marker.close()
    }
  },
}

/** Every class in every split, even without images: loaders number classes by the folders they see. */
async function makeFolders(root: string, classes: string[], split: boolean): Promise<void> {
  await mkdir(root)
  for (const part of split ? splits : [''])
    for (const folder of classes) await mkdir(join(root, part, folder), { recursive: true })
}

interface Placing {
  root: string
  placer: Placer
  /** By class id. */
  folderOf: Map<string, string>
  /** Gets the images that could not be had, with the reason. */
  lost: string[]
  marker: FileHandle
}

/** Places the images some at a time and lists them in the marker. */
async function* placeAll({ reader, data, signal, progress }: ExportContext, placing: Placing): AsyncGenerator<Placed> {
  const imageFolder = reader.meta.facts().root
  const names = new NameGiver()
  let done = 0
  for (const rows of inPieces(data.rows(), abreast)) {
    const batch = rows.map((row) => ({ row, path: pathOf(row, placing.folderOf, names) }))
    const problems = await Promise.allSettled(
      batch.map(({ row, path }) => placing.placer.place(joinBytes(imageFolder, row.path), join(placing.root, path), row.bytes)),
    )
    const placed = batch.filter(({ row }, index) => {
      const result = problems[index]!
      if (result.status === 'rejected') throw result.reason
      if (result.value) placing.lost.push(`${row.text}: ${result.value}`)
      return !result.value
    })
    await placing.marker.writeFile(markerLines(placed.map(({ path }) => path)))
    yield* placed
    signal.throwIfAborted()
    progress((done += batch.length))
  }
}

function* inPieces<T>(items: Iterable<T>, size: number): Generator<T[]> {
  let piece: T[] = []
  for (const item of items) {
    if (piece.push(item) < size) continue
    yield piece
    piece = []
  }
  if (piece.length) yield piece
}

const pathOf = (row: ExportRow, folderOf: Map<string, string>, names: NameGiver) =>
  [row.split ?? '', folderOf.get(row.label?.classId ?? ''), fileName(row, names)].filter(Boolean).join('/')

/** The image's own name, made safe; its stem is unique in the whole export, since some loaders go by stems. */
function fileName({ text, sha256 }: ExportRow, names: NameGiver): string {
  const { name, ext } = parse(text)
  const extension = /^\.\w{1,10}$/.test(extname(safeName(`x${ext}`))) ? ext : ''
  return names.give(extension ? name : name + ext, [sha256.slice(0, 8), sha256]) + extension
}
