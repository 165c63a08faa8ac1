/** FiftyOne's FiftyOneImageClassificationDataset: `[<split>/]data/…` and `labels.json` by stem. */
import { PlacedOptions } from './descriptor'
import type { ExportContext, Exporter, ExportRow } from './exporter'
import { inFolder, partsOf } from './folder'
import { imageName, type Placed, placeImages } from './images'
import { joinedItems } from './lines'
import { NameGiver } from './names'
import { imagesNote, Placer } from './place'
import { rounded } from './table'

export const fiftyone: Exporter = {
  id: 'fiftyone',
  write(context, root) {
    const { how } = PlacedOptions.parse(context.options)
    const placer = new Placer(how)
    const classIndex = new Map(context.data.counts.byClass.map(({ classId }, index) => [classId, index]))
    return inFolder(context, root, async (folder) => {
      const parts = partsOf(context)
      const files: string[] = []
      let images = 0
      for (const { name, rows } of parts) {
        const below = context.seed === null ? '' : `${name}/`
        const names = new NameGiver()
        const before = images
        const pathOf = (row: ExportRow) => `${below}data/${imageName(row, names)}`
        const progress = (done: number) => context.progress(before + done)
        const placed = placeImages(context, { folder, placer, rows: rows(), pathOf, progress })
        const join = joinedItems()
        const head = `{"classes":${JSON.stringify(context.data.counts.byClass.map((one) => one.name))},\n"labels":{`
        const entries = (piece: Placed[]) => join(piece.map(({ row, path }) => entry(context, row, { path, classIndex })))
        files.push(`${below}labels.json`)
        images += await folder.rows(`${below}labels.json`, placed, entries, { head, tail: '}}\n' })
      }
      const sheet = {
        images: imagesNote(how, placer),
        files: files.map((path) => [path, 'class numbers, sources and confidences by the stem of the image in data/'] as const),
        notes: [
          'Load with `fo.Dataset.from_dir(dir, dataset_type=fo.types.FiftyOneImageClassificationDataset)`, one call per split.',
        ],
      }
      return { what: `${images.toLocaleString('en')} images`, sheet, note: placer.note }
    })
  },
}

function entry(
  { multiLabel }: ExportContext,
  { labels }: ExportRow,
  { path, classIndex }: { path: string; classIndex: Map<string, number> },
): string {
  const stem = path.slice(path.lastIndexOf('/') + 1).replace(/\.\w+$/, '')
  const targets = labels.map(({ classId, source, confidence }) => ({
    label: classIndex.get(classId),
    ...(confidence === null ? {} : { confidence: rounded(confidence) }),
    attributes: { source },
  }))
  return `${JSON.stringify(stem)}:${JSON.stringify(multiLabel && labels.length > 0 ? targets : (targets[0] ?? null))}`
}
