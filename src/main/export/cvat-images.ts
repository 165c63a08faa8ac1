/** CVAT for images 1.1: one annotations.xml with a tag per label. */
import type { ExportContext, Exporter, ExportRow } from './exporter'
import { inFolder } from './folder'
import { xmlText } from './xml'

export const cvatImages: Exporter = {
  id: 'cvat-images',
  write(context, root) {
    return inFolder(context, root, async (folder) => {
      let id = 0
      const images = (rows: ExportRow[]) => rows.map((row) => image(row, id++)).join('')
      const { progress } = context
      const count = await folder.rows('annotations.xml', context.data.rows(), images, {
        head: head(context),
        tail: '</annotations>\n',
        progress,
      })
      const labels = context.data.counts.byClass.map(({ name }) => ({
        name,
        type: 'tag',
        attributes: attributes.map((one) => ({ ...one, input_type: 'text', mutable: false, values: [''] })),
      }))
      await folder.text('cvat-labels.json', `${JSON.stringify(labels, null, 2)}\n`)
      const sheet = {
        files: [
          ['cvat-labels.json', 'the labels; paste it into the raw label editor of the project or task first'],
          ['annotations.xml', 'upload as “CVAT 1.1”; images are matched by their paths'],
        ],
      } as const
      return { what: `${count.toLocaleString('en')} images`, sheet }
    })
  },
}

const attributes = [{ name: 'handful_source' }, { name: 'handful_confidence' }, { name: 'handful_split' }]

const head = ({ reader, data }: ExportContext) =>
  [
    '<?xml version="1.0" encoding="utf-8"?>',
    '<annotations>',
    '  <version>1.1</version>',
    '  <meta>',
    `    <task><name>${xmlText(reader.meta.facts().name)}</name><size>${data.counts.rows}</size><mode>annotation</mode>`,
    '    <labels>',
    ...data.counts.byClass.map(
      ({ name }) =>
        `      <label><name>${xmlText(name)}</name><type>tag</type><attributes>${attributes
          .map(
            (one) =>
              `<attribute><name>${one.name}</name><mutable>False</mutable><input_type>text</input_type><default_value></default_value><values></values></attribute>`,
          )
          .join('')}</attributes></label>`,
    ),
    '    </labels></task>',
    '  </meta>',
    '',
  ].join('\n')

function image({ text, width, height, split, labels }: ExportRow, id: number): string {
  const part = split ? `<attribute name="handful_split">${split}</attribute>` : ''
  const tags = labels.map(({ name, source, confidence, confirmedAt }) => {
    const how = source === 'propagated' && confirmedAt === null ? 'auto' : 'manual'
    const sure = confidence === null ? '' : `<attribute name="handful_confidence">${confidence.toFixed(4)}</attribute>`
    return `    <tag label="${xmlText(name)}" source="${how}"><attribute name="handful_source">${source}</attribute>${sure}${part}</tag>\n`
  })
  return `  <image id="${id}" name="${xmlText(text)}" width="${width}" height="${height}">\n${tags.join('')}  </image>\n`
}
