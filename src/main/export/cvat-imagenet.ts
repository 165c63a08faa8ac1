/** CVAT's ImageNet format: a zip per split of `label/label_image.ext`, or `synsets.txt` and `<split>.txt` without the images. */
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { posix } from 'node:path'
import { finished } from 'node:stream/promises'
import { ZipFile } from 'yazl'
import { CvatImagenetOptions } from './cvat-imagenet.descriptor'
import type { ExportContext, Exporter } from './exporter'
import { type ExportFolder, inFolder, type Part, partsOf } from './folder'
import { imageName, readImages } from './images'
import { classFolders, NameGiver } from './names'

export const cvatImagenet: Exporter = {
  id: 'cvat-imagenet',
  write(context, root) {
    const { images } = CvatImagenetOptions.parse(context.options)
    return inFolder(context, root, async (folder) => {
      const parts = partsOf(context)
      const classes = classFolders(context.data.counts.byClass, [])
      if (!images) await folder.text('synsets.txt', classes.map(({ name }) => `${name.replace(/\s+/g, ' ')}\n`).join(''))
      let done = 0
      for (const part of parts) {
        done += images
          ? await writeZip(context, { folder, part, done, folderOf: new Map(classes.map((one) => [one.classId, one.folder])) })
          : await writeList(context, { folder, part, done, indexOf: new Map(classes.map((one, index) => [one.classId, index])) })
      }
      const sheet = {
        classes: images ? classes : [],
        files: images
          ? parts.map(({ name }) => [`${name}.zip`, 'upload to CVAT as “ImageNet”'] as const)
          : [
              ['synsets.txt', 'class names by number, from 0'] as const,
              ...parts.map(({ name }) => [`${name}.txt`, 'image path and class number'] as const),
            ],
      }
      return { what: `${done.toLocaleString('en')} images in ${classes.length} classes`, sheet }
    })
  },
}

interface Writing {
  folder: ExportFolder
  part: Part
  /** Images written before. */
  done: number
}

async function writeZip(context: ExportContext, { folder, part, done, folderOf }: Writing & { folderOf: Map<string, string> }) {
  const zip = new ZipFile()
  const path = `${part.name}.zip`
  const file = zip.outputStream.pipe(createWriteStream(await folder.at(path)))
  const names = new NameGiver()
  let written = 0
  try {
    for await (const { row, bytes } of readImages(context, { rows: part.rows(), lost: folder.lost })) {
      const label = folderOf.get(row.labels[0]!.classId)!
      zip.addBuffer(bytes, `${label}/${label}_${imageName(row, names)}`, { compress: false, mtime: new Date(1980, 0, 1) })
      if (file.writableNeedDrain) await once(file, 'drain')
      context.progress(done + ++written)
    }
    zip.end()
    await finished(file)
  } catch (cause) {
    file.destroy()
    throw cause
  }
  await folder.finished(path)
  return written
}

const writeList = (context: ExportContext, { folder, part, done, indexOf }: Writing & { indexOf: Map<string, number> }) =>
  folder.rows(
    `${part.name}.txt`,
    part.rows(),
    (rows) => rows.map(({ text, labels }) => `${listed(text)} ${indexOf.get(labels[0]!.classId)}\n`).join(''),
    { progress: (rows) => context.progress(done + rows) },
  )

/** Paths with spaces are quoted up to the extension, as CVAT and Datumaro read them. */
function listed(path: string): string {
  const { dir, name, ext } = posix.parse(path)
  return /\s/.test(path) ? `"${posix.join(dir, name)}"${ext}` : path
}
