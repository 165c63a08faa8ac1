/** LightlyTrain: `image_path,label` per split, with the absolute paths of the originals; several labels stand in one cell. */
import type { Exporter, ExportRow } from './exporter'
import { inFolder, partsOf } from './folder'
import { absolutePath } from './lightly-studio'
import { csvLines } from './table'

/** What LightlyTrain splits a cell at; the first is its default. */
const delimiters = [',', ';', '|']

export const lightlyTrain: Exporter = {
  id: 'lightly-train',
  write(context, root) {
    return inFolder(context, root, async (folder) => {
      const parts = partsOf(context)
      const names = context.data.counts.byClass.map(({ name }) => name)
      const between = delimiters.find((one) => !names.some((name) => name.includes(one))) ?? '\t'
      let done = 0
      for (const { name, rows } of parts) {
        const before = done
        const lines = (some: ExportRow[]) =>
          csvLines(
            some.map((row) => [absolutePath(context, row), row.labels.map(({ name }) => name).join(between)]),
            false,
          )
        const head = csvLines([['image_path', 'label']])
        done += await folder.rows(`${name}.csv`, rows(), lines, { head, progress: (count) => context.progress(before + count) })
      }
      const classes = Object.fromEntries(names.entries())
      await folder.text('classes.json', `${JSON.stringify(classes, null, 2)}\n`)
      const sheet = {
        files: [
          [
            'classes.json',
            `the \`classes\` of the training call's \`data\`; its \`label_delimiter\` is ${JSON.stringify(between)}`,
          ],
          ...parts.map(({ name }) => [`${name}.csv`, `image paths and labels of ${name}`] as const),
        ],
      } as const
      return { what: `${done.toLocaleString('en')} images`, sheet }
    })
  },
}
