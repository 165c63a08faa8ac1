/** XMP sidecars in the tree of the image folder: keywords merged into what the photo's own sidecar says. Photos are not touched. */
import { createHash } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { confined } from '../dataset/confined'
import type { Exporter, ExportContext, ExportRow } from './exporter'
import { type ExportFolder, inFolder } from './folder'
import { inPieces } from './images'
import { mergedSidecar } from './xmp-merge'
import { XmpOptions } from './xmp.descriptor'

const abreast = 16

export const xmp: Exporter = {
  id: 'xmp',
  write(context, root) {
    const { guesses } = XmpOptions.parse(context.options)
    return inFolder(context, root, async (folder) => {
      let done = 0
      let written = 0
      for (const rows of inPieces(context.data.rows(), abreast)) {
        const made = await Promise.all(rows.map((row) => writeSidecar(context, folder, { row, guesses })))
        await folder.list(made.filter((one) => one !== null))
        written += made.filter((one) => one !== null).length
        context.signal.throwIfAborted()
        context.progress((done += rows.length))
      }
      const sheet = {
        files: [['<path of the photo>.xmp', 'keywords as dc:subject, digiKam:TagsList and lr:hierarchicalSubject']],
        notes: ['Copy the tree over the image folder to have the sidecars beside the photos. What older sidecars said is kept.'],
      } as const
      return { what: `${written.toLocaleString('en')} sidecars`, sheet }
    })
  },
}

async function writeSidecar(
  context: ExportContext,
  folder: ExportFolder,
  { row, guesses }: { row: ExportRow; guesses: boolean },
) {
  const labels = row.labels.filter(({ confirmedAt }) => guesses || confirmedAt !== null)
  if (labels.length === 0) return null
  if (!Buffer.from(row.text).equals(row.path)) {
    folder.lost.push(`${row.text}: its name is no text`)
    return null
  }
  const path = `${row.text}.xmp`
  try {
    const text = mergedSidecar(await sidecarOf(context, row), labels)
    await mkdir(dirname(join(folder.root, path)), { recursive: true })
    await writeFile(join(folder.root, path), text)
    return { path, sha256: createHash('sha256').update(text).digest('hex') }
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code
    if (code !== undefined && code !== 'ENAMETOOLONG') throw cause
    folder.lost.push(
      `${row.text}: ${code ? 'its name is too long for a sidecar' : `its sidecar is not read: ${(cause as Error).message}`}`,
    )
    return null
  }
}

/** `IMG.jpg.xmp`, otherwise `IMG.xmp`; null when there is none. */
async function sidecarOf({ reader }: ExportContext, { path }: ExportRow): Promise<string | null> {
  const folder = reader.meta.facts()
  const dot = path.lastIndexOf('.')
  const ending = Buffer.from('.xmp')
  for (const candidate of [Buffer.concat([path, ending]), Buffer.concat([path.subarray(0, Math.max(dot, 1)), ending])]) {
    const text = await confined(folder, candidate)
      .then((sidecar) => readFile(sidecar, 'utf8'))
      .catch(() => null)
    if (text !== null) return text
  }
  return null
}
