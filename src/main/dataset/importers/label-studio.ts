/** Label Studio exports and tasks: choices of annotations, and of predictions where an image has no annotation. */
import { confidenceOf, hashOf, type Importer, type LabelLine, sourceOf, splitOf, textOf, wrong } from './importer'
import { jsonItems } from './json-file'

type Fields = Record<string, unknown>

export const labelStudio: Importer = {
  id: 'label-studio',
  title: 'Label Studio',
  help: 'A JSON export, or tasks.json with annotations and predictions.',
  takes: (path, isFolder, entries) =>
    isFolder ? entries.includes('tasks.json') : /tasks?[^/\\]*\.json$/i.test(path) || /project-\d+.*\.json$/i.test(path),
  async *read(given) {
    const path = given.endsWith('.json') ? given : `${given}/tasks.json`
    let line = 0
    for await (const { value } of jsonItems(path, ['$.*'])) yield* linesOf(path, value as Fields, ++line)
  },
}

function linesOf(path: string, task: Fields, line: number): LabelLine[] {
  const data = (task['data'] ?? {}) as Fields
  const image =
    textOf(data['path']) ?? fileOf(textOf(data['image']) ?? textOf(Object.values(data).find((one) => typeof one === 'string')))
  if (!image) throw wrong(path, `task ${line} names no image`)
  const about = { line, path: image, sha256: hashOf(data['sha256']), split: splitOf(data['split']) }
  const given = choicesOf(task['annotations'] ?? task['completions'])
  const guessed = given.length > 0 ? [] : choicesOf(task['predictions'])
  if (given.length + guessed.length === 0) return [{ ...about, label: null }]
  return [
    ...given.map(({ label, source }) => ({ ...about, label, source })),
    ...guessed.map(({ label, source, score }) => ({
      ...about,
      label,
      source: source ?? ('propagated' as const),
      confidence: score,
    })),
  ]
}

function choicesOf(results: unknown) {
  return ((results ?? []) as Fields[]).flatMap((one) =>
    one['was_cancelled'] === true
      ? []
      : ((one['result'] ?? []) as Fields[]).flatMap((result) => {
          const choices = ((result['value'] as Fields | undefined)?.['choices'] ?? []) as string[]
          const sources = ((result['meta'] as Fields | undefined)?.['sources'] ?? []) as unknown[]
          return choices.map((label, index) => ({ label, source: sourceOf(sources[index]), score: confidenceOf(one['score']) }))
        }),
  )
}

/** The file behind a link of Label Studio: of local files, of an upload, or any other. */
function fileOf(link: string | null): string | null {
  if (link === null) return null
  const local = /[?&]d=([^&]+)/.exec(link)
  if (local) return decodeURIComponent(local[1]!)
  return decodeURIComponent(link.replace(/^\w+:\/\/[^/]*\//, '').replace(/[?#].*$/, '')).replace(
    /^.*\/upload\/\d+\/(?:[0-9a-f]{8}-)?/,
    '',
  )
}
