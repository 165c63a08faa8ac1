/** README.md of an export: what is in it, where the labels come from, how right they are, and how it was made. */
import { splits } from '../dataset/splits'
import type { AuditOutcome } from '@shared/contract/audit'
import { Source } from '@shared/model'
import product from '../../../package.json' with { type: 'json' }
import { type ExportContext, headTitle } from './exporter'

export interface SheetFacts {
  /** What stands where: path, meaning. */
  files: readonly (readonly [path: string, meaning: string])[]
  /** Class folders, where there are any. */
  classes?: { name: string; folder: string }[]
  /** Images left out, with the reason. */
  lost: string[]
  /** How the images got here: `copies`. */
  images?: string
  /** How to load it, and what a format cannot say. */
  notes?: readonly string[]
  /** YAML between `---` lines, for hubs that read it. */
  frontMatter?: string
}

const sourceMeaning: Record<Source, string> = {
  human: 'a person saw this image and chose the label',
  grouped: 'a person named its whole cluster without looking at this image',
  audited: 'checked by a person in a random audit',
  propagated: "spread from the person's labels, with a confidence",
  imported: 'read from a label file',
}
const shownLost = 100

export function dataSheet(
  context: ExportContext,
  { files, classes = [], lost, images, notes = [], frontMatter }: SheetFacts,
): string {
  const { name } = context.reader.meta.facts()
  const { counts } = context.data
  return [
    ...(frontMatter ? ['---', frontMatter.trimEnd(), '---', ''] : []),
    `# ${escaped(name)}`,
    '',
    `${(counts.rows - lost.length).toLocaleString('en')} images, ${counts.byClass.length} classes, labeled with Handful ${product.version}, exported ${new Date().toISOString()}.`,
    '',
    ...countTable(context, new Map(classes.map((one) => [one.name, one.folder]))),
    '',
    ...files.map(([path, meaning]) => `- \`${path}\`: ${meaning}`),
    '- `SHA256SUMS`: checksum of every file; check with `sha256sum -c SHA256SUMS`.',
    ...(notes.length ? ['', ...notes] : []),
    '',
    '## Where the labels come from',
    '',
    ...Source.options.map((source) => `- **${source}** (${counts.bySource[source]}): ${sourceMeaning[source]}.`),
    '',
    'Only labels of the sources *human* and *audited* were given image by image. Judge a model on those.',
    '',
    '## How it was made',
    '',
    ...facts(context, images),
    ...leftOut(lost, counts.unconfirmed),
    '',
  ].join('\n')
}

function countTable({ data, seed }: ExportContext, folders: Map<string, string>): string[] {
  const { byClass } = data.counts
  if (byClass.length === 0) return ['No image has a label.']
  const named = folders.size > 0
  const head = (columns: string[]) => [
    `| class |${named ? ' folder |' : ''} ${columns.join(' | ')} |`,
    `| --- |${named ? ' --- |' : ''}${' ---: |'.repeat(columns.length)}`,
  ]
  const cells = (name: string) => (named ? `${escaped(name)} | ${escaped(folders.get(name) ?? '')}` : escaped(name))
  if (seed === null) return [...head(['images']), ...byClass.map(({ name, count }) => `| ${cells(name)} | ${count} |`)]
  const counts = new Map<string, number>()
  for (const { labels, split } of data.rows())
    for (const { name } of labels) counts.set(`${split} ${name}`, (counts.get(`${split} ${name}`) ?? 0) + 1)
  const row = (name: string) => splits.map((split) => counts.get(`${split} ${name}`) ?? 0).join(' | ')
  return [...head([...splits]), ...byClass.map(({ name }) => `| ${cells(name)} | ${row(name)} |`)]
}

export const escaped = (text: string) => text.replace(/[\\|`*_<[\]#]/g, '\\$&').replace(/\s+/g, ' ')

function facts({ reader, seed }: ExportContext, images: string | undefined): string[] {
  const run = reader.runs.active()
  const head = run && reader.head(run.id)
  return [
    ...(images ? [`- Images: ${images}.`] : []),
    seed === null
      ? '- Split: none.'
      : `- Split: stratified by class, seed ${seed}; byte-identical images and those of one group stay on one side.`,
    run
      ? `- Encoder: ${run.task}, seed ${run.seed}, ${run.inputSize}×${run.inputSize} px, ${run.dimensions ?? 0} dimensions.`
      : '- Encoder: none.',
    head ? `- Pseudo-labels: ${headTitle(head)}.` : '- Pseudo-labels: none.',
    ...auditFacts(reader),
  ]
}

/** What audits found of the pseudo-labels that were accepted by them, latest first. */
export function auditFacts(reader: ExportContext['reader']): string[] {
  const percent = (fraction: number) => `${(100 * fraction).toFixed(1)} %`
  const of = ({ accepted, checks, estimate, lower, upper }: AuditOutcome, endedAt: number | null) =>
    `- Audit of ${new Date(endedAt ?? 0).toISOString().slice(0, 10)}: ${accepted.toLocaleString('en')} pseudo-labels accepted after ` +
    `${checks.toLocaleString('en')} blind checks; ${estimate === null ? '' : `${percent(estimate)} of them right, `}` +
    `95 % interval ${percent(lower)} to ${percent(upper)}.`
  const found = reader.audits.accepted().map(({ outcome, endedAt }) => of(outcome!, endedAt))
  return found.length > 0 ? found : ['- Audit: none.']
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
