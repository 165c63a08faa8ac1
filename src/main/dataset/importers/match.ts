/** Finds which sample each line of a label file speaks of, and lists the lines that disagree. */
import type { Source } from '@shared/model'
import { type Split, splits } from '../splits'
import type { LabelLine } from './importer'

/** How samples are found; asked line by line, so that nothing of the project's size is held. */
export interface SampleFinder {
  /** By path relative to the image folder, as shown or as it is. */
  byPath(path: string): number | null
  /** By file name alone; `several` when files of different samples bear it. */
  byName(name: string): number | 'several' | null
  /** Hex. */
  byHash(sha256: string): number | null
}

/** What the file says of some samples. */
export interface MatchedSet {
  /** As first written; names that differ in case only are one. */
  name: string
  source: Source
  ordinals: number[]
  /** One for each; NaN: none. */
  confidences: number[]
}

export interface LabelMatches {
  sets: MatchedSet[]
  /** Lines with a label that name no image of the project: the first 20, and how many. */
  unknownPaths: string[]
  unknownPathCount: number
  /** What disagrees inside the file: the first 20, and how many. Of two classes for one image the first counts. */
  conflicts: string[]
  conflictCount: number
  /** Lines without a label. */
  unlabeled: number
  /** Index into `splits` + 1 by ordinal. */
  splits: Map<number, number>
}

interface Matching {
  /** The image folder; absolute paths inside it are taken as relative ones. */
  root: string
  /** Images may have several labels. */
  multiLabel: boolean
  /** Labels come in with the source that the file gives them, instead of as imported. */
  keepSources: boolean
}

const shown = 20

export async function matchLabels(
  lines: AsyncIterable<LabelLine>,
  finder: SampleFinder,
  { root, multiLabel, keepSources }: Matching,
): Promise<LabelMatches> {
  const names = new Map<string, string>()
  const given = new Map<number, { keys: string[]; name: string; line: number }>()
  const sets = new Map<string, MatchedSet>()
  const result: LabelMatches = {
    sets: [],
    unknownPaths: [],
    unknownPathCount: 0,
    conflicts: [],
    conflictCount: 0,
    unlabeled: 0,
    splits: new Map(),
  }
  const conflict = (reason: string) => {
    result.conflictCount++
    if (result.conflicts.length < shown) result.conflicts.push(reason)
  }
  for await (const { line, path, sha256, label, source, confidence, split } of lines) {
    if (label === null && !split) {
      result.unlabeled++
      continue
    }
    const ordinal = find({ path, sha256 }, finder, { root, conflict })
    if (ordinal === null) {
      result.unknownPathCount++
      if (result.unknownPaths.length < shown) result.unknownPaths.push(path ?? sha256 ?? `line ${line}`)
      continue
    }
    noteSplit(result, { ordinal, split, what: path ?? sha256 ?? '' }, conflict)
    if (label === null) {
      result.unlabeled++
      continue
    }
    const key = label.toLowerCase()
    const name = names.get(key) ?? label
    names.set(key, name)
    const before = given.get(ordinal)
    if (before?.keys.includes(key)) continue
    if (before && !multiLabel) {
      conflict(`line ${line}: ${path ?? sha256} is “${name}” here and “${before.name}” in line ${before.line}; the first counts`)
      continue
    }
    if (before) before.keys.push(key)
    else given.set(ordinal, { keys: [key], name, line })
    const origin = (keepSources && source) || 'imported'
    const set = sets.get(`${origin} ${key}`) ?? { name, source: origin, ordinals: [], confidences: [] }
    sets.set(`${origin} ${key}`, set)
    set.ordinals.push(ordinal)
    set.confidences.push(confidence ?? NaN)
  }
  result.sets = [...sets.values()]
  return result
}

function noteSplit(
  { splits: known }: LabelMatches,
  { ordinal, split, what }: { ordinal: number; split: Split | null | undefined; what: string },
  conflict: (reason: string) => void,
): void {
  if (!split) return
  const part = splits.indexOf(split) + 1
  const before = known.get(ordinal)
  if (before === undefined) known.set(ordinal, part)
  else if (before !== part) conflict(`${what} is in ${split} here and in ${splits[before - 1]} before; the first counts`)
}

/** By path, then by name, then by content; where the content names another sample it decides, since files get moved and replaced. */
function find(
  { path, sha256 }: Pick<LabelLine, 'path' | 'sha256'>,
  finder: SampleFinder,
  { root, conflict }: { root: string; conflict: (reason: string) => void },
): number | null {
  const byHash = sha256 === null ? null : finder.byHash(sha256)
  if (path === null) return byHash
  for (const candidate of relativePaths(path, root)) {
    const found = finder.byPath(candidate)
    if (found === null) continue
    if (byHash !== null && byHash !== found)
      conflict(`${path} holds another image here; the label goes to the one with the content it was given for`)
    return byHash ?? found
  }
  if (byHash !== null) return byHash
  const byName = finder.byName(path.split(/[/\\]/).at(-1)!)
  return byName === 'several' ? null : byName
}

/** The path as given, then as other systems may have written it. */
function relativePaths(path: string, root: string): string[] {
  const slashed = path.replaceAll('\\', '/')
  const folder = `${root.replaceAll('\\', '/').replace(/\/+$/, '')}/`
  const inside = slashed.startsWith(folder) ? slashed.slice(folder.length) : slashed
  return [...new Set([path, slashed, inside.replace(/^(\.\/)+/, ''), inside.normalize('NFC'), inside.normalize('NFD')])]
}
