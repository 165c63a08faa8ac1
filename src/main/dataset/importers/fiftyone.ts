/** FiftyOne image classification dataset: labels.json beside data/, or one such folder per split. */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { basename, dirname, join, parse } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { confidenceOf, type Importer, type LabelLine, sourceOf, splitOf, wrong } from './importer'
import { jsonItems } from './json-file'

export const fiftyone: Importer = {
  id: 'fiftyone',
  title: 'FiftyOne',
  help: 'labels.json, or the folder that holds it and data/.',
  takes: (path, isFolder, entries) =>
    isFolder
      ? entries.includes('labels.json') || entries.some((name) => /^(train|val|test|unlabeled)[/\\]labels\.json$/.test(name))
      : basename(path) === 'labels.json',
  async *read(path) {
    if (!(await stat(path)).isDirectory()) {
      yield* readFile(path)
      return
    }
    let found = 0
    for (const part of ['', ...(await readdir(path))]) {
      const file = join(path, part, 'labels.json')
      if (!(await stat(file).catch(() => null))) continue
      found++
      yield* readFile(file)
    }
    if (found === 0) throw wrong(path, 'it holds no labels.json')
  },
}

/** Names of images may have been changed to be unique; their content was not. */
async function hashOfFile(path: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return hash.digest('hex')
}

type Target = { label?: unknown; confidence?: unknown; attributes?: { source?: unknown } } | string | number | null

async function* readFile(path: string): AsyncGenerator<LabelLine> {
  const split = splitOf(basename(dirname(path)))
  const images = await readdir(join(dirname(path), 'data')).catch(() => [])
  const fileOf = new Map(images.map((name) => [parse(name).name, name]))
  let classes: unknown[] = []
  let line = 0
  for await (const { key, above, value } of jsonItems(path, ['$.classes', '$.labels.*'])) {
    if (above.at(-1) !== 'labels') {
      classes = (value as unknown[] | null) ?? []
      continue
    }
    line++
    const file = fileOf.get(String(key))
    const sha256 = file === undefined ? null : await hashOfFile(join(dirname(path), 'data', file))
    const about = { line, path: file ?? String(key), sha256, split }
    const targets = (Array.isArray(value) ? value : [value]) as Target[]
    for (const target of targets) yield { ...about, ...labelOf(target, classes) }
    if (targets.length === 0) yield { ...about, label: null }
  }
}

function labelOf(target: Target, classes: unknown[]): Pick<LabelLine, 'label' | 'source' | 'confidence'> {
  const { label, confidence, attributes } =
    typeof target === 'object' && target !== null ? target : { label: target, confidence: null, attributes: {} }
  const name = typeof label === 'number' ? (classes[label] ?? label) : label
  return {
    label: typeof name === 'string' || typeof name === 'number' ? String(name) : null,
    source: sourceOf(attributes?.source),
    confidence: confidenceOf(confidence),
  }
}
