/** COCO: `images/<split>/…` and `annotations/instances_<split>.json`. COCO has no classification: a label is a box over the whole image. */
import { createReadStream, createWriteStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { PlacedOptions } from './descriptor'
import type { ExportContext, Exporter, ExportRow } from './exporter'
import { type ExportFolder, inFolder, type Part, partsOf } from './folder'
import { imageName, type Placed, placeImages } from './images'
import { joinedItems, writeRows } from './lines'
import { NameGiver } from './names'
import { imagesNote, Placer } from './place'
import { rounded } from './table'
import product from '../../../package.json' with { type: 'json' }

export const coco: Exporter = {
  id: 'coco',
  write(context, root) {
    const { how } = PlacedOptions.parse(context.options)
    const placer = new Placer(how)
    return inFolder(context, root, async (folder) => {
      const parts = partsOf(context)
      let images = 0
      for (const part of parts) images += await writePart(context, { folder, placer, part, before: images })
      const sheet = {
        images: imagesNote(how, placer),
        files: parts.map(({ name }) => [`annotations/instances_${name}.json`, `the labels of images/${name}`] as const),
        notes: [
          'Each label is an annotation whose box covers the image; its source and confidence are in `attributes` and `score`.',
        ],
      }
      return { what: `${images.toLocaleString('en')} images in ${parts.length} splits`, sheet, note: placer.note }
    })
  },
}

interface Writing {
  folder: ExportFolder
  placer: Placer
  part: Part
  /** Images written before. */
  before: number
}

/** Images stream into the JSON, annotations into a file beside it that is appended. */
async function writePart(context: ExportContext, { folder, placer, part, before }: Writing): Promise<number> {
  const names = new NameGiver()
  const path = `annotations/instances_${part.name}.json`
  const aside = await folder.at(`${path}.part`)
  const categoryOf = new Map(context.data.counts.byClass.map(({ classId }, index) => [classId, index + 1]))
  let id = 0
  let annotation = 0
  const annotations: string[][] = []
  const pathOf = (row: ExportRow) => `images/${part.name}/${imageName(row, names)}`
  const progress = (done: number) => context.progress(before + done)
  const placed = placeImages(context, { folder, placer, rows: part.rows(), pathOf, progress })
  const joinImages = joinedItems()
  const joinAnnotations = joinedItems()
  const sink = createWriteStream(aside)
  const head = `{"info":${JSON.stringify(info(context))},\n"licenses":[],\n"categories":${JSON.stringify(categories(context))},\n"images":[`
  const file = await folder.at(path)
  try {
    const written = await writeRows(
      file,
      head,
      placed,
      (piece: Placed[]) => {
        const items = piece.map(({ row, path: place }) => {
          id++
          annotations.push(
            row.labels.map((label) => JSON.stringify(annotationOf(row, label, { id: ++annotation, image: id, categoryOf }))),
          )
          const { width, height, text, sha256 } = row
          return JSON.stringify({
            id,
            file_name: place.slice(`images/${part.name}/`.length),
            width,
            height,
            original_path: text,
            sha256,
          })
        })
        sink.write(joinAnnotations(annotations.splice(0).flat()))
        return joinImages(items)
      },
      { signal: context.signal, tail: '],\n"annotations":[' },
    )
    await new Promise<void>((resolve, reject) => sink.end((cause?: Error | null) => (cause ? reject(cause) : resolve())))
    await pipeline(createReadStream(aside), createWriteStream(file, { flags: 'a' }))
    await pipeline([']}\n'], createWriteStream(file, { flags: 'a' }))
    await folder.finished(path)
    return written
  } finally {
    sink.destroy()
    await rm(aside, { force: true })
  }
}

const info = ({ reader }: ExportContext) => ({
  description: reader.meta.facts().name,
  version: product.version,
  contributor: 'Handful',
  date_created: new Date().toISOString(),
})
const categories = ({ data }: ExportContext) =>
  data.counts.byClass.map(({ name }, index) => ({ id: index + 1, name, supercategory: '' }))

function annotationOf(
  { width, height }: ExportRow,
  { classId, source, confidence }: ExportRow['labels'][number],
  { id, image, categoryOf }: { id: number; image: number; categoryOf: Map<string, number> },
) {
  const place = { bbox: [0, 0, width, height], area: width * height, iscrowd: 0, segmentation: [] }
  const score = confidence === null ? {} : { score: rounded(confidence) }
  return { id, image_id: image, category_id: categoryOf.get(classId), ...place, ...score, attributes: { source } }
}
