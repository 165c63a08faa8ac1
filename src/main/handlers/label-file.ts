/** Takes over labels from a file or folder of any known format: new classes are made, a person's own labels stay. */
import { basename, resolve } from 'node:path'
import { HandfulError } from '@shared/errors'
import type { AnnotationEntry } from '@shared/model'
import { type LabelMatches, type MatchedSet, matchLabels } from '../dataset/importers/match'
import { importerFor } from '../dataset/importers/registry'
import type { LabelSet } from '../store/log-entry'
import type { Store } from '../store/open'
import { SampleFinder } from '../store/sample-finder'

export interface LabelFileChoices {
  path: string
  /** Null: told by the name. */
  format?: string | null
  /** Labels keep the source that the file gives them; otherwise all are imported. */
  keepSources?: boolean
  /** Says what would happen, and changes nothing. */
  dryRun?: boolean
}

export interface ImportedLabels {
  /** Of the importer. */
  format: string
  /** Labels that samples got (would get) from the file. */
  matched: number
  /** Labels of the file whose samples keep the one they have, which did not come from a file. */
  kept: number
  /** Samples whose split came with the file. */
  splits: number
  unknownPaths: string[]
  unknownPathCount: number
  /** What disagrees, inside the file or with labels of people: the first 20, and how many. */
  conflicts: string[]
  conflictCount: number
  newClasses: string[]
  /** Labels by class, most first. */
  byClass: { name: string; count: number }[]
  entry: AnnotationEntry | null
}

const shown = 20

/** @throws HandfulError NOT_FOUND, NOT_PERMITTED, UNKNOWN_ID, LABEL_FILE */
export async function importLabelFile(store: Store, choices: LabelFileChoices): Promise<ImportedLabels> {
  const path = resolve(choices.path)
  const importer = await importerFor(path, choices.format ?? null)
  const root = store.meta.facts().root.toString()
  const multiLabel = store.meta.get('labeling') === 'multi'
  const matching = { root, multiLabel, keepSources: choices.keepSources ?? false }
  const found = await matchLabels(importer.read(path), new SampleFinder(store.database), matching)
  if (found.sets.length === 0 && found.splits.size === 0) {
    const reason = found.unknownPathCount ? 'none of its images is in this project' : 'it holds no labels'
    throw new HandfulError('LABEL_FILE', { path, reason, unknown: found.unknownPaths, count: found.unknownPathCount })
  }
  const { free, kept, disagreeing } = apart(store, found)
  const matched = free.reduce((sum, { ordinals }) => sum + ordinals.length, 0)
  const newClasses = [...new Map(free.map(({ name }) => [name.toLowerCase(), name])).values()].filter(
    (name) => !store.classes.findByName(name),
  )
  const result = {
    format: importer.id,
    matched,
    kept,
    splits: found.splits.size,
    unknownPaths: found.unknownPaths,
    unknownPathCount: found.unknownPathCount,
    conflicts: [...found.conflicts, ...disagreeing].slice(0, shown),
    conflictCount: found.conflictCount + disagreeing.length,
    newClasses,
    byClass: countsOf(free),
  }
  if (choices.dryRun) return { ...result, entry: null }
  if (found.splits.size > 0) store.splits.keep('imported', partsOf(found.splits))
  const title = `${matched.toLocaleString('en')} labels from ${basename(path)}`
  const entry = matched ? await store.annotations.append({ what: 'import', title, sets: labelSets(store, free) }) : null
  return { ...result, entry }
}

/** Samples that a person (or Handful) labeled keep their label; where the file says another class, that is listed. */
function apart(store: Store, { sets }: LabelMatches): { free: MatchedSet[]; kept: number; disagreeing: string[] } {
  const names = new Map(store.classes.list().map(({ id, name }) => [store.classes.idOf(id), name]))
  const disagreeing: string[] = []
  let kept = 0
  const free = sets.map((set) => {
    const labels = store.annotations.of(set.ordinals)
    const open = set.ordinals.map((ordinal) => {
      const others = (labels.get(ordinal) ?? []).filter(({ source }) => source !== 'imported')
      if (others.length === 0) return true
      kept++
      const has = others.map(({ classId }) => (classId === null ? 'unknown' : (names.get(classId) ?? '')))
      if (!has.some((name) => name.toLowerCase() === set.name.toLowerCase()))
        disagreeing.push(
          `image ${ordinal} is “${set.name}” in the file and “${has.join(', ')}” here (${others[0]!.source}), which stays`,
        )
      return false
    })
    const pick = <T>(list: T[]) => list.filter((_, index) => open[index])
    return { ...set, ordinals: pick(set.ordinals), confidences: pick(set.confidences) }
  })
  return { free: free.filter(({ ordinals }) => ordinals.length > 0), kept, disagreeing }
}

function countsOf(sets: MatchedSet[]): ImportedLabels['byClass'] {
  const counts = new Map<string, number>()
  for (const { name, ordinals } of sets) counts.set(name, (counts.get(name) ?? 0) + ordinals.length)
  return [...counts].map(([name, count]) => ({ name, count })).sort((a, b) => b.count - a.count)
}

function partsOf(splits: Map<number, number>): Uint8Array {
  let last = 0
  for (const ordinal of splits.keys()) last = Math.max(last, ordinal)
  const parts = new Uint8Array(last + 1)
  for (const [ordinal, part] of splits) parts[ordinal] = part
  return parts
}

const labelSets = (store: Store, sets: MatchedSet[]): LabelSet[] =>
  sets.map(({ name, source, ordinals, confidences }) => {
    const uuid = store.classes.findByName(name) ?? store.classes.create(name).id
    const sure = confidences.every((confidence) => !Number.isNaN(confidence))
    return { classId: store.classes.idOf(uuid), source, ordinals, ...(sure && { confidences }) }
  })
