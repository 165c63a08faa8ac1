/** Seeded, stratified splits into train, validation and test that hardly move when samples are added. */
import { createHash } from 'node:crypto'
import { HandfulError } from '@shared/errors'

export const splits = ['train', 'val', 'test'] as const
export type Split = (typeof splits)[number]

export interface SplitFractions {
  validation: number
  test: number
  seed: number
}

export interface SplitMember {
  /** Class of the sample. */
  stratum: string
  /** Hex. */
  sha256: string
}

/** Below `test`: test; else below `validation`: validation; else train. */
interface Cuts {
  test: number
  validation: number
}

/** A sample's place in [0, 1), by seed and content alone: 48 bits of SHA-256. */
export function splitKey(seed: number, sha256: string): number {
  return createHash('sha256').update(`${seed}\n${sha256}`).digest().readUIntBE(0, 6) / 2 ** 48
}

/**
 * Orders each class by `splitKey` and gives its lowest keys to test, the next to validation, the rest to train.
 *
 * Fixed thresholds on the key would never move a sample, but leave the fractions to chance: of 20 samples, 10 % for test come out as
 * 0 to 5. Cutting by rank makes them exact up to rounding in every class. What it costs: each added sample can push at most one
 * other over each cut, and only within its own class; since cuts stay near the fractions, adding n samples to n moves about √n.
 * Byte-identical copies share a key, so they never end up on two sides.
 *
 * A class with at least as many samples as there are parts gets one in every part asked for.
 * @param members one for each sample; held as 8 bytes each
 */
export function planSplit(
  { validation, test, seed }: SplitFractions,
  members: Iterable<SplitMember>,
): (member: SplitMember) => Split {
  if (validation + test > 1) {
    throw new HandfulError('BAD_PARAMETER', { name: 'split', reason: 'validation and test together are more than the whole' })
  }
  const keys = new Map<string, number[]>()
  for (const { stratum, sha256 } of members) {
    const list = keys.get(stratum)
    if (list) list.push(splitKey(seed, sha256))
    else keys.set(stratum, [splitKey(seed, sha256)])
  }
  const cuts = new Map(
    [...keys].map(([stratum, list]) => [stratum, cutsOf(Float64Array.from(list).sort(), { validation, test })]),
  )
  return ({ stratum, sha256 }) => {
    const cut = cuts.get(stratum)
    if (!cut) throw new Error(`class ${stratum} was not in the plan`)
    const key = splitKey(seed, sha256)
    return key < cut.test ? 'test' : key < cut.validation ? 'val' : 'train'
  }
}

function cutsOf(sorted: Float64Array, fractions: { validation: number; test: number }): Cuts {
  const counts = splitCounts(sorted.length, fractions)
  const cutAfter = (count: number) => sorted[count] ?? 1
  return { test: cutAfter(counts.test), validation: cutAfter(counts.test + counts.val) }
}

/** How many of `total` samples of one class go where. */
export function splitCounts(total: number, { validation, test }: { validation: number; test: number }): Record<Split, number> {
  const rest = 1 - validation - test > 1e-9 ? 1 : 0
  const parts = rest + Number(validation > 0) + Number(test > 0)
  const least = total >= parts ? 1 : 0
  const atLeast = (fraction: number) => (fraction > 0 ? least : 0)
  const held = Math.min(Math.round(total * (validation + test)), total - (least && rest))
  const tested = Math.min(
    Math.max(Math.round(total * test), atLeast(test)),
    Math.max(held, atLeast(validation) + atLeast(test)) - atLeast(validation),
  )
  const validated = Math.max(held - tested, atLeast(validation))
  return { train: total - tested - validated, val: validated, test: tested }
}
