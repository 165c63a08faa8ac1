/** LightlyTrain: `image_path,label` per split, with the absolute paths of the originals. */
import type { Exporter, ExportRow } from './exporter'
import { inFolder, partsOf } from './folder'
import { absolutePath } from './lightly-studio'
import { csvLines } from './table'

export const lightlyTrain: Exporter = {
  id: 'lightly-train',
  write(context, root) {
    return inFolder(context, root, async (folder) => {
      const parts = partsOf(context)
      let done = 0
      for (const { name, rows } of parts) {
        const before = done
        const lines = (some: ExportRow[]) =>
          csvLines(
            some.map((row) => [absolutePath(context, row), row.labels[0]!.name]),
            false,
          )
        const head = csvLines([['image_path', 'label']])
        done += await folder.rows(`${name}.csv`, rows(), lines, { head, progress: (count) => context.progress(before + count) })
      }
      const classes = Object.fromEntries(context.data.counts.byClass.map(({ name }, index) => [index, name]))
      await folder.text('classes.json', `${JSON.stringify(classes, null, 2)}\n`)
      const sheet = {
        files: [
          ['classes.json', 'the `classes` argument of the training call'],
          ...parts.map(({ name }) => [`${name}.csv`, `image paths and labels of ${name}`] as const),
        ],
      } as const
      return { what: `${done.toLocaleString('en')} images`, sheet }
    })
  },
}
