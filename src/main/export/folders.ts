/** A folder per class, as image loaders expect it: `[train|val|test/]<class>/<image>`. Originals are only read. */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { splits } from '../dataset/splits'
import { PlacedOptions } from './descriptor'
import type { ExportContext, ExportResult, Exporter } from './exporter'
import { inFolder, ownNames } from './folder'
import { imageName, type Placed, placeImages } from './images'
import { classFolders, NameGiver } from './names'
import { imagesNote, Placer } from './place'
import { columns, csvLines, tableRecords } from './table'

const tableName = 'labels.csv'
const classesName = 'classes.txt'

export const folders: Exporter = { id: 'folders', write: (context, root) => writeClassFolders(context, root, []) }

/** @param notes how to load it */
export function writeClassFolders(context: ExportContext, root: string, notes: readonly string[]): Promise<ExportResult> {
  const { how } = PlacedOptions.parse(context.options)
  const classes = classFolders(context.data.counts.byClass, [...ownNames, tableName, classesName])
  const folderOf = new Map(classes.map(({ classId, folder }) => [classId, folder]))
  const names = new NameGiver()
  const placer = new Placer(how)
  return inFolder(context, root, async (folder) => {
    // Every class in every split, even without images: loaders number classes by the folders they see.
    for (const part of context.seed === null ? [''] : splits)
      for (const one of folderOf.values()) await mkdir(join(root, part, one), { recursive: true })
    const placed = placeImages(context, {
      folder,
      placer,
      rows: context.data.rows(),
      pathOf: (row) =>
        [row.split ?? '', folderOf.get(row.labels[0]?.classId ?? ''), imageName(row, names)].filter(Boolean).join('/'),
      progress: context.progress,
    })
    const images = await folder.rows(tableName, placed, fileTable, { head: csvLines([['file', ...columns]]) })
    await folder.text(classesName, classes.map((one) => `${one.folder}\n`).join(''))
    const sheet = {
      classes,
      images: imagesNote(how, placer),
      files: [
        [classesName, 'the folders in alphabetical order, in which loaders number the classes'],
        [tableName, 'every image with its original path, content hash, source and confidence'],
      ],
      notes: [...notes, ...renamed(classes)],
    } as const
    return { what: `${images.toLocaleString('en')} images in ${classes.length} classes`, sheet, note: placer.note }
  })
}

/** The label table with the place of each image before it. */
export const fileTable = (rows: Placed[]) =>
  csvLines(rows.flatMap(({ row, path }) => tableRecords(row).map((record) => [path, ...columns.map((column) => record[column])])))

function renamed(classes: { name: string; folder: string }[]): string[] {
  const changed = classes.filter(({ name, folder }) => name !== folder)
  if (changed.length === 0) return []
  return ['Folders that cannot bear the name of their class have another one, see the table above.']
}
