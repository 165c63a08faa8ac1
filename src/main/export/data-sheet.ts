/** README.md of an export: what is in it, where the labels come from, and how it was made. */
import { splits } from '../dataset/splits'
import { Source } from '@shared/model'
import product from '../../../package.json' with { type: 'json' }
import { type ExportContext, headTitle } from './exporter'

export interface SheetFacts {
  classes: { name: string; folder: string; count: number }[]
  /** Images left out, with the reason. */
  lost: string[]
  how: string
  /** What was done otherwise; null when nothing was. */
  note: string | null
}

const sourceMeaning: Record<Source, string> = {
  human: 'a person saw this image and chose the label',
  grouped: 'a person named its whole cluster without looking at this image',
  audited: 'checked by a person in a random audit',
  propagated: "spread from the person's labels, with a confidence",
  imported: 'read from a label file',
}
const shownLost = 100

export function dataSheet(context: ExportContext, { classes, lost, how, note }: SheetFacts): string {
  const { name } = context.reader.meta.facts()
  const { counts } = context.data
  const table = countTable(context, classes)
  return [
    `# ${escaped(name)}`,
    '',
    `${counts.rows - lost.length} images in ${classes.length} classes, labeled with Handful ${product.version}, exported ${new Date().toISOString()}.`,
    '',
    ...table,
    '',
    'Classes are numbered in the order of `classes.txt`, which is the alphabetical order of the folders. `labels.csv` has every image with',
    'its original path, content hash, source and confidence.',
    ...renamed(classes),
    '',
    '## Where the labels come from',
    '',
    ...Source.options.map((source) => `- **${source}** (${counts.bySource[source]}): ${sourceMeaning[source]}.`),
    '',
    'Only labels of the sources *human* and *audited* were given image by image. Judge a model on those.',
    '',
    '## How it was made',
    '',
    ...facts(context, how, note),
    ...leftOut(lost, counts.unconfirmed),
    '',
  ].join('\n')
}

function countTable({ data, seed }: ExportContext, classes: SheetFacts['classes']): string[] {
  if (seed === null) {
    return ['| class | folder | images |', '| --- | --- | ---: |', ...classes.map((one) => `| ${cells(one)} | ${one.count} |`)]
  }
  const counts = new Map<string, number>()
  for (const { label, split } of data.rows()) {
    const key = `${split} ${label?.name}`
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  const row = (one: SheetFacts['classes'][number]) => splits.map((split) => counts.get(`${split} ${one.name}`) ?? 0).join(' | ')
  return [
    `| class | folder | ${splits.join(' | ')} |`,
    `| --- | --- |${' ---: |'.repeat(splits.length)}`,
    ...classes.map((one) => `| ${cells(one)} | ${row(one)} |`),
  ]
}

const cells = ({ name, folder }: { name: string; folder: string }) => `${escaped(name)} | ${escaped(folder)}`
const escaped = (text: string) => text.replace(/[\\|`*_<[\]#]/g, '\\$&').replace(/\s+/g, ' ')

function renamed(classes: SheetFacts['classes']): string[] {
  const changed = classes.filter(({ name, folder }) => name !== folder)
  if (changed.length === 0) return []
  return ['', 'Folders that could not bear the name of their class:', '', ...changed.map((one) => `- ${cells(one)}`)]
}

function facts({ reader, seed }: ExportContext, how: string, note: string | null): string[] {
  const run = reader.runs.active()
  const head = run && reader.head(run.id)
  return [
    `- Images: ${how === 'copy' ? 'copies' : how === 'hardlink' ? 'hard links to the originals (editing one edits the original)' : 'symbolic links to the originals'}${note ? `; ${note}` : ''}.`,
    seed === null
      ? '- Split: none.'
      : `- Split: by class and content hash, seed ${seed}; byte-identical images stay on one side.`,
    run
      ? `- Encoder: ${run.task}, seed ${run.seed}, ${run.inputSize}×${run.inputSize} px, ${run.dimensions ?? 0} dimensions.`
      : '- Encoder: none.',
    head ? `- Pseudo-labels: ${headTitle(head)}.` : '- Pseudo-labels: none.',
  ]
}

function leftOut(lost: string[], unconfirmed: number): string[] {
  if (lost.length + unconfirmed === 0) return []
  return [
    '',
    '## Left out',
    '',
    ...(unconfirmed ? [`- ${unconfirmed} images whose label waits for confirmation, since the image changed.`] : []),
    ...lost.slice(0, shownLost).map((line) => `- ${escaped(line)}`),
    ...(lost.length > shownLost ? [`- … and ${lost.length - shownLost} more.`] : []),
  ]
}
