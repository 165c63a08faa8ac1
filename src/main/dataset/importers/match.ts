/** Finds which sample each line of a label file speaks of, and what to make of lines that disagree. */
import { HandfulError } from '@shared/errors'
import type { LabelLine } from './label-table'

/** How samples are found; asked line by line, so that nothing of the project's size is held. */
export interface SampleFinder {
  /** By path relative to the image folder, as shown or as it is. */
  byPath(path: string): number | null
  /** By file name alone; `several` when files of different samples bear it. */
  byName(name: string): number | 'several' | null
  /** Hex. */
  byHash(sha256: string): number | null
}

export interface LabelMatches {
  /** Ordinals by class name as first written; names that differ in case only are one. */
  byClass: Map<string, number[]>
  /** Lines with a label that name no image of the project: the first 20, and how many. */
  unknownPaths: string[]
  unknownPathCount: number
  /** Lines without a label. */
  unlabeled: number
}

const shown = 20

/**
 * @param root the image folder; absolute paths inside it are taken as relative ones
 * @throws HandfulError LABEL_FILE when two lines give one image different classes
 */
export async function matchLabels(
  file: string,
  lines: AsyncIterable<LabelLine>,
  finder: SampleFinder,
  root: string,
): Promise<LabelMatches> {
  const names = new Map<string, string>()
  const given = new Map<number, { name: string; line: number }>()
  const result: LabelMatches = { byClass: new Map(), unknownPaths: [], unknownPathCount: 0, unlabeled: 0 }
  for await (const { line, path, sha256, label } of lines) {
    if (label === null) {
      result.unlabeled++
      continue
    }
    const ordinal = find({ path, sha256 }, finder, root)
    if (ordinal === null) {
      result.unknownPathCount++
      if (result.unknownPaths.length < shown) result.unknownPaths.push(path ?? sha256 ?? `line ${line}`)
      continue
    }
    const key = label.toLowerCase()
    const name = names.get(key) ?? label
    names.set(key, name)
    const before = given.get(ordinal)
    if (before && before.name !== name) throw conflict(file, { line, path: path ?? sha256 ?? '', name }, before)
    given.set(ordinal, { name, line })
  }
  for (const [ordinal, { name }] of given) {
    const list = result.byClass.get(name)
    if (list) list.push(ordinal)
    else result.byClass.set(name, [ordinal])
  }
  return result
}

function conflict(
  file: string,
  { line, path, name }: { line: number; path: string; name: string },
  before: { name: string; line: number },
) {
  const reason = `line ${line}: ${path} is “${name}” here and “${before.name}” in line ${before.line}; one image can have one class`
  return new HandfulError('LABEL_FILE', { path: file, reason, unknown: [], count: 0 })
}

/** The content decides over the path where both are given: files get moved, their bytes stay. */
function find({ path, sha256 }: Pick<LabelLine, 'path' | 'sha256'>, finder: SampleFinder, root: string): number | null {
  const byHash = sha256 === null ? null : finder.byHash(sha256)
  if (byHash !== null || path === null) return byHash
  for (const candidate of relativePaths(path, root)) {
    const found = finder.byPath(candidate)
    if (found !== null) return found
  }
  const name = path.split(/[/\\]/).at(-1)!
  const byName = finder.byName(name)
  return byName === 'several' ? null : byName
}

/** The path as given, then as other systems may have written it. */
function relativePaths(path: string, root: string): string[] {
  const slashed = path.replaceAll('\\', '/')
  const folder = `${root.replaceAll('\\', '/').replace(/\/+$/, '')}/`
  const inside = slashed.startsWith(folder) ? slashed.slice(folder.length) : slashed
  return [...new Set([path, slashed, inside.replace(/^(\.\/)+/, ''), inside.normalize('NFC'), inside.normalize('NFD')])]
}
