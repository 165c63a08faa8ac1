/**
 * Plans an audit: which pseudo-labels would be accepted (a threshold per predicted class, at three strictnesses), and which of
 * them a person checks, in which order. All of it is fixed before the first answer.
 */
import { draw, random } from '../../engine/random'

/** Unlabeled samples and what a frozen head says of them. */
export interface Guesses {
  ordinals: Uint32Array
  /** Class index of each. */
  classes: Uint16Array
  /** 0–1. */
  confidences: Float32Array
}

export interface AuditPlan {
  /** Precision that must hold. */
  target: number
  /** Ring of each guess: 0 inner, 1 primary, 2 outer, `outside` for none. A level accepts its ring and those within. */
  rings: Uint8Array
  /** Members by ring. */
  sizes: number[]
  /** By level and class index: lowest accepted confidence, null where none of the class is. */
  thresholds: (number | null)[][]
  /** Mean confidence of what each level accepts: what the head itself expects. */
  expected: number[]
  /** Positions among the guesses, in the order of asking; the first n are a stratified sample without replacement for every n. */
  draws: Uint32Array
  /** Checks at each look, ascending. */
  looks: number[]
}

export const outside = 255
/** Level whose bound is tested first; inner is the fallback, outer comes after primary. */
export const primary = 1
/** Checks at most. */
export const mostChecks = 400
/** Expected precision of the levels: share of the way from the target to 1. */
const strictness = [0.8, 0.4, 0]
/** Share of the checks at the looks. */
export const lookFractions = [0.3, 0.6, 1]
/** Below this many accepted samples one stratum is enough: its interval is exact. */
const fewestForStrata = 150
/** Rings are drawn from at least this often, or whole. */
const fewestDraws = 12
/** Errors expected in a ring at least, whatever the head says: confidences may be wrong. */
const fewestErrors = 0.015

/** Null when the head is too unsure of everything: nothing would be accepted. */
export function planAudit(
  guesses: Guesses,
  classCount: number,
  target: number,
  seed: number,
  most = mostChecks,
): AuditPlan | null {
  const byClass = rankByClass(guesses, classCount)
  let wanted = strictness.map((share) => target + share * (1 - target))
  const accepted = (precision: number) => byClass.reduce((sum, rows) => sum + prefix(rows, guesses.confidences, precision), 0)
  if (accepted(wanted[primary]!) < fewestForStrata) wanted = [wanted[primary]!]
  const thresholds = wanted.map((precision) =>
    byClass.map((rows) => {
      const count = prefix(rows, guesses.confidences, precision)
      return count === 0 ? null : guesses.confidences[rows[count - 1]!]!
    }),
  )
  const rings = Uint8Array.from(guesses.ordinals, (_, at) => ringOf(guesses, at, thresholds))
  const members = wanted.map((_, ring) => [...rings.keys()].filter((at) => rings[at] === ring))
  if (members.every((ring) => ring.length === 0)) return null
  const draws = drawOrder(members, guesses.confidences, Math.min(most, members.flat().length), seed)
  return {
    target,
    rings,
    sizes: members.map((ring) => ring.length),
    thresholds,
    expected: wanted.map((_, level) => mean(members.slice(0, level + 1).flat(), guesses.confidences)),
    draws,
    looks: lookFractions.map((fraction) => Math.ceil(fraction * draws.length)),
  }
}

/** Positions of each class, the surest first. */
function rankByClass({ classes, confidences }: Guesses, classCount: number): number[][] {
  const ranked = Array.from({ length: classCount }, () => [] as number[])
  classes.forEach((index, at) => ranked[index]!.push(at))
  for (const rows of ranked) rows.sort((a, b) => confidences[b]! - confidences[a]! || a - b)
  return ranked
}

/** How many of the surest have at least this precision by their own confidences. */
function prefix(rows: number[], confidences: Float32Array, precision: number): number {
  let sum = 0
  let count = 0
  rows.forEach((at, index) => {
    sum += confidences[at]!
    if (sum >= precision * (index + 1)) count = index + 1
  })
  return count
}

function ringOf({ classes, confidences }: Guesses, at: number, thresholds: (number | null)[][]): number {
  const ring = thresholds.findIndex((byClass) => {
    const threshold = byClass[classes[at]!] ?? null
    return threshold !== null && confidences[at]! >= threshold
  })
  return ring < 0 ? outside : ring
}

const mean = (rows: number[], values: Float32Array) => rows.reduce((sum, at) => sum + values[at]!, 0) / Math.max(1, rows.length)

/** Neyman's allocation (1934) by the errors that are expected; rings are woven together in proportion. */
function drawOrder(members: number[][], confidences: Float32Array, total: number, seed: number): Uint32Array {
  const weights = members.map((ring) => {
    const errors = Math.min(0.5, Math.max(fewestErrors, 1 - mean(ring, confidences)))
    return ring.length * Math.sqrt(errors * (1 - errors))
  })
  const counts = allocate(
    members.map((ring) => ring.length),
    weights,
    total,
  )
  const woven = members.flatMap((ring, index) => {
    const chosen = draw(ring.length, counts[index]!, random(seed, 0xa0d17, index))
    return Array.from(chosen, (at, nth) => ({ at: ring[at]!, place: (nth + 0.5) / counts[index]! }))
  })
  return Uint32Array.from(woven.sort((a, b) => a.place - b.place || a.at - b.at).map(({ at }) => at))
}

/** Whole numbers that add up to `total`, in proportion to the weights, within the sizes. */
function allocate(sizes: number[], weights: number[], total: number): number[] {
  const counts = sizes.map((size) => Math.min(size, fewestDraws))
  while (counts.reduce((sum, one) => sum + one, 0) < total) {
    const open = sizes.map((size, ring) => (counts[ring]! < size ? weights[ring]! / (counts[ring]! + 1) : -1))
    counts[open.indexOf(Math.max(...open))]!++
  }
  return counts
}
