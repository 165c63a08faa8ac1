/** Hugging Face imagefolder: `<split>/images/…` with `<split>/metadata.jsonl`; the class names stand in the README's dataset_info. */
import type { ExportContext, Exporter, ExportRow } from './exporter'
import { PlacedOptions } from './descriptor'
import { inFolder, type Part, partsOf } from './folder'
import { imageName, type Placed, placeImages } from './images'
import { NameGiver } from './names'
import { imagesNote, Placer } from './place'
import { rounded } from './table'

export const imagefolder: Exporter = {
  id: 'imagefolder',
  write(context, root) {
    const { how } = PlacedOptions.parse(context.options)
    const placer = new Placer(how)
    const parts = typedParts(context)
    return inFolder(context, root, async (folder) => {
      let images = 0
      for (const { name, rows } of parts) {
        const names = new NameGiver()
        const before = images
        const pathOf = (row: ExportRow) => `${name}/images/${imageName(row, names)}`
        const progress = (done: number) => context.progress(before + done)
        const placed = placeImages(context, { folder, placer, rows: rows(), pathOf, progress })
        const lines = (some: Placed[]) =>
          some.map(({ row, path }) => `${jsonLine(metadata(context, row, path.slice(name.length + 1)))}\n`).join('')
        images += await folder.rows(`${name}/metadata.jsonl`, placed, lines)
      }
      const sheet = {
        frontMatter: frontMatter(context, parts),
        images: imagesNote(how, placer),
        files: parts.map(
          ({ name }) => [`${name}/metadata.jsonl`, `images of ${name} with label, source and confidence`] as const,
        ),
        notes: [
          'Load with `datasets.load_dataset(folder)`; labels are text. As class numbers: `features = datasets.load_dataset_builder(folder).info.features`, then `datasets.load_dataset(folder, features=features)`.',
        ],
      }
      return { what: `${images.toLocaleString('en')} images in ${parts.length} splits`, sheet, note: placer.note }
    })
  },
}

/**
 * The loader guesses column types in each metadata file and wants them to agree: a split of images without a label would have other
 * ones, so these images follow those of `train`.
 */
function typedParts(context: ExportContext): Part[] {
  const [train, ...rest] = partsOf(context)
  const unlabeled = rest.find(({ name }) => name === 'unlabeled')
  if (!train || !unlabeled) return partsOf(context)
  const together: Part = {
    name: 'train',
    *rows() {
      yield* train.rows()
      yield* unlabeled.rows()
    },
  }
  return [together, ...rest.filter((part) => part !== unlabeled)]
}

/** Confidences stand last, and whole ones are written as `1.0`: the loader guesses column types in each file. */
const jsonLine = (row: Record<string, unknown>) =>
  JSON.stringify(row).replace(/"confidences?":.*$/, (end) => end.replace(/(?<=[:[,])[01](?=[,\]}])/g, '$&.0'))

/** 1 where a person said so, 0 where nobody said anything. */
const certainty = ({ labels }: ExportRow) => labels[0]?.confidence ?? (labels.length > 0 ? 1 : 0)

function metadata({ multiLabel }: ExportContext, row: ExportRow, file: string): Record<string, unknown> {
  const { labels } = row
  const about = { file_name: file, original_path: row.text, sha256: row.sha256 }
  if (multiLabel) {
    const each = { labels: labels.map(({ name }) => name), sources: labels.map(({ source }) => source) }
    return { ...about, ...each, confidences: labels.map(({ confidence }) => rounded(confidence ?? 1)) }
  }
  const [label] = labels
  const source = label?.source ?? row.unknown?.source ?? ''
  return { ...about, label: label?.name ?? null, source, confidence: rounded(certainty(row)) }
}

/** YAML is a superset of JSON: names are written as JSON strings. */
function frontMatter({ data, multiLabel }: ExportContext, parts: { name: string }[]): string {
  const names = data.counts.byClass.map(({ name }, index) => `          '${index}': ${JSON.stringify(name)}`)
  const plain = (name: string, type: string) => [`  - name: ${name}`, `    dtype: ${type}`]
  const list = (name: string, type: string) => [`  - name: ${name}`, `    sequence: ${type}`]
  return [
    'configs:',
    '- config_name: default',
    '  data_files:',
    ...parts.flatMap(({ name }) => [`  - split: ${splitNames[name] ?? name}`, `    path: ${name}/**`]),
    'dataset_info:',
    '  features:',
    ...plain('image', 'image'),
    ...plain('original_path', 'string'),
    ...plain('sha256', 'string'),
    ...(multiLabel ? ['  - name: labels', '    sequence:'] : ['  - name: label', '    dtype:']),
    '      class_label:',
    '        names:',
    ...names,
    ...(multiLabel ? list('sources', 'string') : plain('source', 'string')),
    ...(multiLabel ? list('confidences', 'float32') : plain('confidence', 'float32')),
  ].join('\n')
}

/** As the hub calls them. */
export const splitNames: Record<string, string> = { val: 'validation' }
