/** Takes over labels from a file: new classes are made, a person's own labels stay. */
import { basename, resolve } from 'node:path'
import { HandfulError } from '@shared/errors'
import type { AnnotationEntry } from '@shared/model'
import { readLabelTable } from '../dataset/importers/label-table'
import { matchLabels } from '../dataset/importers/match'
import type { LabelSet } from '../store/log-entry'
import type { Store } from '../store/open'
import { SampleFinder } from '../store/sample-finder'

export interface ImportedLabels {
  /** Samples that got their label from the file. */
  matched: number
  /** Samples that kept a label which did not come from a file. */
  kept: number
  unknownPaths: string[]
  unknownPathCount: number
  newClasses: string[]
  entry: AnnotationEntry | null
}

/** @throws HandfulError NOT_FOUND, NOT_PERMITTED, LABEL_FILE */
export async function importLabelFile(store: Store, given: string): Promise<ImportedLabels> {
  const path = resolve(given)
  const root = store.meta.facts().root.toString()
  const { byClass, unknownPaths, unknownPathCount } = await matchLabels(
    path,
    readLabelTable(path),
    new SampleFinder(store.database),
    root,
  )
  if (byClass.size === 0) {
    const reason = unknownPathCount ? 'none of its images is in this project' : 'it holds no labels'
    throw new HandfulError('LABEL_FILE', { path, reason, unknown: unknownPaths, count: unknownPathCount })
  }
  let kept = 0
  const free = [...byClass].map(([name, ordinals]) => {
    const labels = store.annotations.of(ordinals)
    const open = ordinals.filter((ordinal) => (labels.get(ordinal) ?? []).every(({ source }) => source === 'imported'))
    kept += ordinals.length - open.length
    return { name, ordinals: open }
  })
  const { sets, newClasses } = labelSets(
    store,
    free.filter(({ ordinals }) => ordinals.length > 0),
  )
  const matched = sets.reduce((sum, { ordinals }) => sum + ordinals.length, 0)
  const title = `${matched.toLocaleString('en')} labels from ${basename(path)}`
  const entry = matched ? await store.annotations.append({ what: 'import', title, sets }) : null
  return { matched, kept, unknownPaths, unknownPathCount, newClasses, entry }
}

function labelSets(store: Store, labels: { name: string; ordinals: number[] }[]): { sets: LabelSet[]; newClasses: string[] } {
  const newClasses: string[] = []
  const sets = labels.map(({ name, ordinals }) => {
    let uuid = store.classes.findByName(name)
    if (!uuid) {
      uuid = store.classes.create(name).id
      newClasses.push(name)
    }
    return { classId: store.classes.idOf(uuid), source: 'imported' as const, ordinals }
  })
  return { sets, newClasses }
}
