/** Label Studio tasks: labels that a person gave or accepted as annotations, the others as predictions. */
import type { Source } from '@shared/model'
import { xmlText } from './xml'
import type { ExportContext, Exporter, ExportLabel, ExportRow } from './exporter'
import { inFolder } from './folder'
import { joinedItems } from './lines'
import { LabelStudioOptions } from './label-studio.descriptor'
import { rounded } from './table'
import product from '../../../package.json' with { type: 'json' }

const model = `handful-${product.version}`

export const labelStudio: Exporter = {
  id: 'label-studio',
  write(context, root) {
    const { prefix } = LabelStudioOptions.parse(context.options)
    const join = joinedItems()
    let id = 0
    return inFolder(context, root, async (folder) => {
      const tasks = (rows: ExportRow[]) =>
        join(rows.map((row) => JSON.stringify(task(row, { id: ++id, prefix, multiple: context.multiLabel }))))
      const { progress } = context
      const count = await folder.rows('tasks.json', context.data.rows(), tasks, { head: '[', tail: '\n]\n', progress })
      await folder.text('label_config.xml', labelConfig(context))
      const sheet = {
        files: [
          ['label_config.xml', 'the labeling interface; paste it into the project settings first'],
          ['tasks.json', 'the tasks; human labels are annotations, machine labels predictions'],
        ],
        notes: [
          'Label Studio reads the images from its local files document root: start it with `LABEL_STUDIO_LOCAL_FILES_SERVING_ENABLED=true` and `LABEL_STUDIO_LOCAL_FILES_DOCUMENT_ROOT=<image folder>`.',
        ],
      } as const
      return { what: `${count.toLocaleString('en')} tasks`, sheet }
    })
  },
}

function task(row: ExportRow, { id, prefix, multiple }: { id: number; prefix: string; multiple: boolean }) {
  const path = [...prefix.split('/'), ...row.text.split('/')].filter(Boolean).map(encodeURIComponent).join('/')
  const { text, sha256, split } = row
  const data = { image: `/data/local-files/?d=${path}`, path: text, sha256, ...(split && { split }) }
  const people = row.labels.filter(({ confirmedAt, source }) => confirmedAt !== null || source !== 'propagated')
  const machine = row.labels.filter((label) => !people.includes(label))
  const groups = multiple ? [people] : people.map((label) => [label])
  const annotations = groups
    .filter((labels) => labels.length > 0)
    .map((labels) => ({ result: [choice(row, labels)], ground_truth: labels.every(isSeen), meta: sources(labels) }))
  const predictions = machine.length
    ? [{ model_version: model, score: rounded(least(machine)), result: [choice(row, machine)] }]
    : []
  return { id, data, annotations, predictions }
}

const seen: Source[] = ['human', 'audited']
const isSeen = ({ source }: ExportLabel) => seen.includes(source)
const least = (labels: ExportLabel[]) => Math.min(...labels.map(({ confidence }) => confidence ?? 1))
const sources = (labels: ExportLabel[]) => ({ sources: labels.map(({ source }) => source) })

const choice = ({ ordinal }: ExportRow, labels: ExportLabel[]) => ({
  id: `handful-${ordinal}`,
  from_name: 'choice',
  to_name: 'image',
  type: 'choices',
  value: { choices: labels.map(({ name }) => name) },
  meta: sources(labels),
})

const labelConfig = ({ data, multiLabel }: ExportContext) =>
  [
    '<View>',
    '  <Image name="image" value="$image"/>',
    `  <Choices name="choice" toName="image" choice="${multiLabel ? 'multiple' : 'single'}">`,
    ...data.counts.byClass.map(({ name }) => `    <Choice value="${xmlText(name)}"/>`),
    '  </Choices>',
    '</View>',
    '',
  ].join('\n')
