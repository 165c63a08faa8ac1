/** Takes over labels from a file or folder of any known format: new classes are made, a person's own labels stay. */
import { basename, resolve } from 'node:path'
import type { AnnotationEntry } from '@shared/model'
import type { FoundLabels, LabelFile } from '@shared/workers/lookup'
import type { RowChange } from '../store/changes'
import type { LabelSet } from '../store/log-entry'
import type { Store } from '../store/open'

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

interface NamedSet extends Omit<LabelSet, 'classId'> {
  name: string
}

/**
 * @param read see the lookup worker's `labels`
 * @throws HandfulError NOT_FOUND, NOT_PERMITTED, UNKNOWN_ID, LABEL_FILE
 */
export async function importLabelFile(
  store: Store,
  choices: LabelFileChoices,
  read: (file: LabelFile) => Promise<FoundLabels>,
): Promise<ImportedLabels> {
  const path = resolve(choices.path)
  const { format = null, keepSources = false, dryRun } = choices
  const { sets, splits, splitCount, ...found } = await read({ path, format, keepSources })
  const named = await Promise.all(sets.map(inMemory))
  const matched = named.reduce((sum, { ordinals }) => sum + ordinals.length, 0)
  const newClasses = [...new Map(named.map(({ name }) => [name.toLowerCase(), name])).values()].filter(
    (name) => !store.classes.findByName(name),
  )
  const result = { ...found, matched, splits: splitCount, newClasses, byClass: countsOf(named) }
  if (dryRun) return { ...result, entry: null }
  if (splits) store.splits.keep('imported', new Uint8Array(await splits.arrayBuffer()))
  const title = `${matched.toLocaleString('en')} labels from ${basename(path)}`
  const entry = matched ? await store.annotations.record(() => ({ what: 'import', title, ...labelSets(store, named) })) : null
  return { ...result, entry }
}

async function inMemory({ name, source, ordinals, confidences }: FoundLabels['sets'][number]): Promise<NamedSet> {
  return {
    name,
    source,
    ordinals: new Uint32Array(await ordinals.arrayBuffer()),
    ...(confidences && { confidences: new Float32Array(await confidences.arrayBuffer()) }),
  }
}

function countsOf(sets: NamedSet[]): ImportedLabels['byClass'] {
  const counts = new Map<string, number>()
  for (const { name, ordinals } of sets) counts.set(name, (counts.get(name) ?? 0) + ordinals.length)
  return [...counts].map(([name, count]) => ({ name, count })).sort((a, b) => b.count - a.count)
}

/** Classes that are new are made in the same act: one undo takes all of it back. */
function labelSets(store: Store, named: NamedSet[]): { sets: LabelSet[]; changes: RowChange[] } {
  const changes: RowChange[] = []
  const uuidOf = (name: string) => {
    const known = store.classes.findByName(name)
    if (known) return known
    const { uuid, change } = store.classes.creation(name)
    changes.push(change)
    return uuid
  }
  const sets = named.map(({ name, ...set }) => ({ ...set, classId: store.classes.idOf(uuidOf(name)) }))
  return { sets, changes }
}
