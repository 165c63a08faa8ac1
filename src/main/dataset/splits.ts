/** Seeded, stratified, group-aware splits into train, validation and test in which no sample ever moves when others are added. */
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
  ordinal: number
  /** Index of its class. */
  stratum: number
  /** `splitKey` of its content. */
  key: number
}

/** Parts by ordinal: index into `splits` + 1; 0: in none. */
export type SplitParts = Uint8Array

const [train, val, test] = [1, 2, 3] as const

/** A sample's place in [0, 1), by seed and content alone: 48 bits of SHA-256. */
export function splitKey(seed: number, sha256: Buffer): number {
  return (
    createHash('sha256')
      .update(`${seed}\n${sha256.toString('hex')}`)
      .digest()
      .readUIntBE(0, 6) /
    2 ** 48
  )
}

/**
 * Goes through the groups by the lowest `splitKey` of their members and gives each whole to test, validation or train, whichever of
 * them still lacks samples of its classes: test while more than half of the group fits there, then validation, then train. Without
 * groups the fractions come out exact up to rounding in every class; a class with at least as many samples as there are parts gets
 * one in every part asked for.
 *
 * Fixed thresholds on the key would never move a sample either, but leave the fractions to chance: of 20 samples, 10 % for test come
 * out as 0 to 5. Here what an earlier plan said is kept, and added samples fill what the grown classes lack. A group that an earlier
 * plan tore apart (it became one later) goes where its first kept member is, for its new members.
 * @param groups representative by ordinal: samples with the same one stay together
 * @param kept an earlier plan of the same choices, maybe of fewer samples
 */
export function planSplit(
  fractions: SplitFractions,
  members: Iterable<SplitMember>,
  { samples, groups, kept }: { samples: number; groups: ArrayLike<number>; kept: SplitParts | null },
): SplitParts {
  const { validation, test: tested } = fractions
  if (validation + tested > 1) {
    throw new HandfulError('BAD_PARAMETER', { name: 'split', reason: 'validation and test together are more than the whole' })
  }
  const parts = new Uint8Array(samples)
  const { order, starts, keys, strata } = gather(members, groups, samples)
  const lacks = lacking(strata, fractions)
  const give = (ordinal: number, part: number) => {
    parts[ordinal] = part
    take(lacks, part, strata[ordinal]!)
  }
  const open: number[] = []
  for (let group = 0; group < samples; group++) {
    const ordinals = order.subarray(starts[group], starts[group + 1])
    if (ordinals.length === 0) continue
    const before = (ordinal: number) => kept?.[ordinal] ?? 0
    const first = ordinals.find((ordinal) => before(ordinal) > 0)
    if (first === undefined) open.push(group)
    else for (const ordinal of ordinals) give(ordinal, before(before(ordinal) > 0 ? ordinal : first))
  }
  for (const group of open.sort((a, b) => keys[a]! - keys[b]!)) {
    const ordinals = order.subarray(starts[group], starts[group + 1])
    const wanted = Array.from(ordinals, (ordinal) => strata[ordinal]!)
    const part = fits(lacks.test, wanted) ? test : fits(lacks.val, wanted) ? val : train
    for (const ordinal of ordinals) give(ordinal, part)
  }
  return parts
}

interface Gathered {
  /** Ordinals by group. */
  order: Uint32Array
  /** Of group g from starts[g] to starts[g + 1]; groups are numbered by their representatives. */
  starts: Uint32Array
  /** Lowest of the members' by group. */
  keys: Float64Array
  /** By ordinal; −1: no member. */
  strata: Int32Array
}

/** In columns: a million samples as objects take more than a gigabyte. */
function gather(members: Iterable<SplitMember>, groups: ArrayLike<number>, samples: number): Gathered {
  const strata = new Int32Array(samples).fill(-1)
  const keys = new Float64Array(samples).fill(Infinity)
  const starts = new Uint32Array(samples + 1)
  const groupOf = (ordinal: number) => groups[ordinal] ?? ordinal
  let count = 0
  for (const { ordinal, stratum, key } of members) {
    const group = groupOf(ordinal)
    strata[ordinal] = stratum
    keys[group] = Math.min(keys[group]!, key)
    starts[group + 1]!++
    count++
  }
  for (let group = 0; group < samples; group++) starts[group + 1]! += starts[group]!
  const order = new Uint32Array(count)
  const next = starts.slice()
  for (let ordinal = 0; ordinal < samples; ordinal++) if (strata[ordinal]! >= 0) order[next[groupOf(ordinal)]!++] = ordinal
  return { order, starts, keys, strata }
}

/** Samples that test and validation lack, by class. */
interface Lacks {
  val: Map<number, number>
  test: Map<number, number>
}

function lacking(strata: Int32Array, fractions: { validation: number; test: number }): Lacks {
  const totals = new Map<number, number>()
  for (const one of strata) if (one >= 0) totals.set(one, (totals.get(one) ?? 0) + 1)
  const lacks: Lacks = { val: new Map(), test: new Map() }
  for (const [stratum, total] of totals) {
    const counts = splitCounts(total, fractions)
    lacks.val.set(stratum, counts.val)
    lacks.test.set(stratum, counts.test)
  }
  return lacks
}

function take({ val: lackVal, test: lackTest }: Lacks, part: number, stratum: number): void {
  const lacks = part === test ? lackTest : part === val ? lackVal : null
  lacks?.set(stratum, (lacks.get(stratum) ?? 0) - 1)
}

/** More than half of the group is lacked. */
function fits(lacks: Map<number, number>, strata: readonly number[]): boolean {
  const wanted = new Map<number, number>()
  for (const one of strata) wanted.set(one, (wanted.get(one) ?? 0) + 1)
  let room = 0
  for (const [stratum, count] of wanted) room += Math.min(count, Math.max(0, lacks.get(stratum) ?? 0))
  return room * 2 > strata.length
}

/** How many of `total` samples of one class go where. */
export function splitCounts(
  total: number,
  { validation, test: tested }: { validation: number; test: number },
): Record<Split, number> {
  const rest = 1 - validation - tested > 1e-9 ? 1 : 0
  const parts = rest + Number(validation > 0) + Number(tested > 0)
  const least = total >= parts ? 1 : 0
  const atLeast = (fraction: number) => (fraction > 0 ? least : 0)
  const held = Math.min(Math.round(total * (validation + tested)), total - (least && rest))
  const inTest = Math.min(
    Math.max(Math.round(total * tested), atLeast(tested)),
    Math.max(held, atLeast(validation) + atLeast(tested)) - atLeast(validation),
  )
  const validated = Math.max(held - inTest, atLeast(validation))
  return { train: total - inTest - validated, val: validated, test: inTest }
}
