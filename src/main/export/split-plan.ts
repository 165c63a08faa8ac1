/** The split of an export: groups by the asked facts and by copies, kept as planned before. */
import type { ExportRequest } from '@shared/contract/exports'
import { planSplit, splitKey, type SplitParts } from '../dataset/splits'
import { DisjointSets } from '../engine/disjoint-sets'
import type { Reader } from '../store/reader'
import type { Chosen } from './rows'

type SplitRequest = NonNullable<ExportRequest['split']>

/** What the plan is kept under: everything that decides it but the samples. */
export const planName = ({ validation, test, seed, groupBy }: SplitRequest) => JSON.stringify({ validation, test, seed, groupBy })

/**
 * Near copies stay together whatever is asked. Splits that came with imported labels hold for their samples.
 * @param asked takes part in `exportRows`
 */
export function splitPlan(reader: Reader, asked: SplitRequest): (chosen: Iterable<Chosen>) => SplitParts {
  return (chosen) => {
    const samples = reader.sampleCount()
    const groups = new DisjointSets(samples)
    for (const copies of [reader.equalPixels(), reader.nearCopies()])
      copies.forEach((representative, ordinal) => groups.join(representative, ordinal))
    const strata = new Int32Array(samples).fill(-1)
    const keys = new Float64Array(samples)
    const firstOf = new Map<string, number>()
    for (const { ordinal, stratum, sha256, ...facts } of chosen) {
      strata[ordinal] = stratum
      keys[ordinal] = splitKey(asked.seed, sha256)
      const shared = sharedBy(facts, asked)
      if (shared === null) continue
      const first = firstOf.get(shared)
      if (first === undefined) firstOf.set(shared, ordinal)
      else groups.join(first, ordinal)
    }
    function* members() {
      for (let ordinal = 0; ordinal < samples; ordinal++)
        if (strata[ordinal]! >= 0) yield { ordinal, stratum: strata[ordinal]!, key: keys[ordinal]! }
    }
    const kept = merged(samples, reader.splitParts('imported'), reader.splitParts(planName(asked)))
    return planSplit(asked, members(), { samples, groups: groups.all(), kept })
  }
}

/** What samples that stay on one side have in common; null: alone. */
function sharedBy(
  { path, takenAt, camera }: Pick<Chosen, 'path' | 'takenAt' | 'camera'>,
  { groupBy }: SplitRequest,
): string | null {
  switch (groupBy) {
    case 'none':
      return null
    case 'folder':
      return path.subarray(0, Math.max(0, path.lastIndexOf('/'))).toString('latin1')
    case 'date':
      return takenAt === null ? null : new Date(takenAt).toISOString().slice(0, 10)
    case 'camera':
      return camera
    default:
      return groupBy satisfies never
  }
}

function merged(samples: number, ...plans: (SplitParts | null)[]): SplitParts {
  const parts = new Uint8Array(samples)
  for (let ordinal = 0; ordinal < samples; ordinal++) for (const plan of plans) parts[ordinal] ||= plan?.[ordinal] ?? 0
  return parts
}
