/** COCO: every annotation gives its image the category; boxes are not looked at. One file, or a folder of `annotations/*.json`. */
import { readdir, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { confidenceOf, hashOf, type Importer, type LabelLine, sourceOf, splitOf, textOf, wrong } from './importer'
import { jsonItems } from './json-file'

export const coco: Importer = {
  id: 'coco',
  title: 'COCO',
  help: 'instances_*.json, or the folder that holds annotations/.',
  takes: (path, isFolder, entries) =>
    isFolder ? entries.includes('annotations') : /(^|[/\\])(instances|coco)[^/\\]*\.json$/i.test(path),
  async *read(path) {
    if (!(await stat(path)).isDirectory()) {
      yield* readFile(path)
      return
    }
    const folder = join(path, 'annotations')
    const names = (await readdir(folder)).filter((name) => name.endsWith('.json')).sort()
    if (names.length === 0) throw wrong(path, 'annotations/ holds no .json file')
    for (const name of names) yield* readFile(join(folder, name))
  },
}

type Fields = Record<string, unknown>

/** Images and categories first, since annotations may stand before them. */
async function* readFile(path: string): AsyncGenerator<LabelLine> {
  const split = splitOf(/_(\w+)\.json$/.exec(basename(path))?.[1])
  const images = new Map<unknown, Pick<LabelLine, 'path' | 'sha256'>>()
  const categories = new Map<unknown, string | null>()
  for await (const { above, value } of jsonItems(path, ['$.images.*', '$.categories.*'])) {
    const fields = value as Fields
    if (above.at(-1) === 'categories') categories.set(fields['id'], textOf(fields['name']))
    else
      images.set(fields['id'], {
        path: textOf(fields['original_path']) ?? textOf(fields['file_name']),
        sha256: hashOf(fields['sha256']),
      })
  }
  let line = 0
  const named = new Set<unknown>()
  for await (const { value } of jsonItems(path, ['$.annotations.*'])) {
    line++
    const fields = value as Fields
    const image = images.get(fields['image_id'])
    const label = categories.get(fields['category_id'])
    if (!image) throw wrong(path, `annotation ${line} is of image ${String(fields['image_id'])}, which is not listed`)
    if (!label) throw wrong(path, `annotation ${line} has category ${String(fields['category_id'])}, which is not listed`)
    named.add(fields['image_id'])
    const source = sourceOf((fields['attributes'] as Fields | undefined)?.['source'])
    yield { line, ...image, label, source, confidence: confidenceOf(fields['score']), split }
  }
  for (const [id, image] of images) if (!named.has(id)) yield { line: ++line, ...image, label: null, split }
}
