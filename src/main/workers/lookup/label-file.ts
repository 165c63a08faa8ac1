/** Reads a label file and says which samples it speaks of, beside the labels that they have. */
import { HandfulError } from '@shared/errors'
import type { FoundLabels, LabelFile } from '@shared/workers/lookup'
import { type LabelMatches, type MatchedSet, matchLabels } from '../../dataset/importers/match'
import { importerFor } from '../../dataset/importers/registry'
import type { Reader } from '../../store/reader'

const shown = 20
const unknown = 'unknown'

/** @throws HandfulError NOT_FOUND, NOT_PERMITTED, UNKNOWN_ID, LABEL_FILE */
export async function readLabelFile(reader: Reader, { path, format, keepSources }: LabelFile): Promise<FoundLabels> {
  const importer = await importerFor(path, format)
  const { root, labeling } = reader.meta.facts()
  const matching = { root: root.toString(), multiLabel: labeling === 'multi', keepSources }
  const found = await matchLabels(importer.read(path), reader.sampleFinder(), matching)
  if (found.sets.length === 0 && found.splits.size === 0) {
    const reason = found.unknownPathCount ? 'none of its images is in this project' : 'it holds no labels'
    throw new HandfulError('LABEL_FILE', { path, reason, unknown: found.unknownPaths, count: found.unknownPathCount })
  }
  const { free, kept, disagreeing } = labeling === 'multi' ? besideOthers(reader, found) : apart(reader, found)
  return {
    format: importer.id,
    sets: free.map(({ name, source, ordinals, confidences }) => ({
      name,
      source,
      ordinals: blob(Uint32Array.from(ordinals)),
      confidences: confidences.some(Number.isNaN) ? null : blob(Float32Array.from(confidences)),
    })),
    kept,
    splits: found.splits.size > 0 ? blob(partsOf(found.splits)) : null,
    splitCount: found.splits.size,
    unknownPaths: found.unknownPaths,
    unknownPathCount: found.unknownPathCount,
    conflicts: [...found.conflicts, ...disagreeing].slice(0, shown),
    conflictCount: found.conflictCount + disagreeing.length,
  }
}

/** Samples that a person (or Handful) labeled keep their label; where the file says another class, that is listed. */
function apart(reader: Reader, { sets }: LabelMatches): { free: MatchedSet[]; kept: number; disagreeing: string[] } {
  const names = new Map(reader.classes.list().map(({ id, name }) => [id, name]))
  const others = new Map<number, { name: string; source: string }[]>()
  for (const { ordinal, classId, source } of reader.labels.inForce()) {
    if (source === 'imported') continue
    const before = others.get(ordinal) ?? []
    others.set(ordinal, before)
    before.push({ name: classId === null ? unknown : (names.get(classId) ?? ''), source })
  }
  const disagreeing: string[] = []
  let kept = 0
  const free = sets.map((set) => {
    const open = set.ordinals.map((ordinal) => {
      const has = others.get(ordinal)
      if (!has) return true
      kept++
      if (!has.some(({ name }) => name.toLowerCase() === set.name.toLowerCase()))
        disagreeing.push(
          `image ${ordinal} is “${set.name}” in the file and “${has.map(({ name }) => name).join(', ')}” here (${has[0]!.source}), which stays`,
        )
      return false
    })
    const pick = <T>(list: T[]) => list.filter((_, index) => open[index])
    return { ...set, ordinals: pick(set.ordinals), confidences: pick(set.confidences) }
  })
  return { free: free.filter(({ ordinals }) => ordinals.length > 0), kept, disagreeing }
}

/** Where images may have several labels a class comes beside those there are, unless somebody has spoken of it, or said "unknown". */
function besideOthers(reader: Reader, { sets }: LabelMatches): { free: MatchedSet[]; kept: number; disagreeing: string[] } {
  const names = new Map(reader.classes.list().map(({ id, name }) => [id, name.toLowerCase()]))
  const spoken = new Map<string, Set<number>>()
  const note = (name: string, ordinal: number) => {
    const known = spoken.get(name) ?? new Set()
    spoken.set(name, known.add(ordinal))
  }
  const unknowns = new Set<number>()
  for (const { ordinal, classId, source } of reader.labels.inForce()) {
    if (classId === null) unknowns.add(ordinal)
    else if (source !== 'imported') note(names.get(classId) ?? '', ordinal)
  }
  const notSo = new Set<string>()
  for (const { ordinal, classId } of reader.labels.struckOut()) {
    note(names.get(classId) ?? '', ordinal)
    notSo.add(`${ordinal} ${names.get(classId)}`)
  }
  const disagreeing: string[] = []
  let kept = 0
  const free = sets.map((set) => {
    const name = set.name.toLowerCase()
    const open = set.ordinals.map((ordinal) => {
      if (!unknowns.has(ordinal) && !spoken.get(name)?.has(ordinal)) return true
      kept++
      if (unknowns.has(ordinal) || notSo.has(`${ordinal} ${name}`))
        disagreeing.push(
          `image ${ordinal} is “${set.name}” in the file and ${unknowns.has(ordinal) ? '“unknown”' : 'not so'} here, which stays`,
        )
      return false
    })
    const pick = <T>(list: T[]) => list.filter((_, index) => open[index])
    return { ...set, ordinals: pick(set.ordinals), confidences: pick(set.confidences) }
  })
  return { free: free.filter(({ ordinals }) => ordinals.length > 0), kept, disagreeing }
}

function partsOf(splits: Map<number, number>): Uint8Array {
  let last = 0
  for (const ordinal of splits.keys()) last = Math.max(last, ordinal)
  const parts = new Uint8Array(last + 1)
  for (const [ordinal, part] of splits) parts[ordinal] = part
  return parts
}

const blob = (column: Uint32Array | Float32Array | Uint8Array) => new Blob([column as Uint8Array<ArrayBuffer>])
