/**
 * Plans an audit: which pseudo-labels would be accepted (a threshold per predicted class), which of them a person checks, in which order,
 * and after how many checks somebody may look. All of it is fixed before the first answer.
 */
import { draw, random } from '../../engine/random'
import { stratifiedInterval } from './interval'
import { firstAlpha } from './spending'
import { accepts, allocate, cutIntoRings, type Guesses, type Ring, thresholdsFor } from './strata'

export interface AuditPlan {
  /** Precision that must hold. */
  target: number
  /** Ring of each guess, the surest 0; `outside` for those not accepted. */
  rings: Uint8Array
  /** Members by ring, and the share of errors that the head itself expects there. */
  sizes: number[]
  errors: number[]
  /** How many rings each level accepts, the strictest level first: all of them, or a strict one before as a fallback. */
  levels: number[]
  /** By level and class index: lowest accepted confidence, null where none of the class is. */
  thresholds: (number | null)[][]
  /** Mean confidence of what each level accepts. */
  expected: number[]
  /** Positions among the guesses, in the order of asking; the first n are a stratified sample without replacement for every n. */
  draws: Uint32Array
  /** Checks at each look, ascending. */
  looks: number[]
}

export const outside = 255
/** Checks after which, before the first look, it may turn out that the target cannot be shown: a hopeless head costs few checks. */
export const futilityLooks = [40, 80, 160] as const
/** Checks at most. */
export const mostChecks = 400
/** Narrow enough to stop, points as a fraction. */
export const narrow = 0.02
/** Expected precision of what is accepted: share of the way from the target to 1. The first that few enough checks should show is taken. */
const strictness = [0.33, 0.5, 0.67]
const fewEnough = 0.8
/** The same of the fallback. */
const strict = 0.8
/** Rings of the fallback, and of what is accepted beyond it. */
const strictRings = 2
const otherRings = 4
/** Below this many accepted samples one ring is enough: its interval is exact. */
const fewestForRings = 60
/** Of the half-width: how far above the target the lower bound should come by what is expected, and what the first look waits longer. */
const margin = 0.3
const patience = 1.15
/** Looks after the first come at this many times its checks, and when all is answered. */
const secondLook = 1.6

/** Null when the head is too unsure of everything: nothing would be accepted. */
export function planAudit(
  guesses: Guesses,
  classCount: number,
  target: number,
  seed: number,
  most = mostChecks,
): AuditPlan | null {
  let plan: AuditPlan | null = null
  for (const share of strictness) {
    const chosen = choose(guesses, classCount, target, share)
    if (!chosen) break
    const draws = drawOrder(chosen.cut, most, seed)
    const first = firstLook(chosen, draws, target)
    plan = planOf(guesses, chosen, draws, target, first ?? draws.length)
    if (first !== null && first <= Math.max(fewEnough * most, fewestForRings)) break
  }
  return plan
}

interface Chosen {
  cut: Ring[]
  levels: number[]
  thresholds: (number | null)[][]
}

/** Null when nothing would be accepted. */
function choose(guesses: Guesses, classCount: number, target: number, share: number): Chosen | null {
  const thresholds = [strict, share].map((way) => thresholdsFor(guesses, classCount, target + way * (1 - target)))
  const all = [...guesses.classes.keys()].filter((at) => accepts(thresholds[1]!, guesses, at))
  if (all.length === 0) return null
  const whole = (count: number) => ({ cut: cutIntoRings(all, guesses, count), thresholds: [thresholds[1]!] })
  if (all.length < fewestForRings) return { ...whole(1), levels: [1] }
  const [inner, outer] = [
    all.filter((at) => accepts(thresholds[0]!, guesses, at)),
    all.filter((at) => !accepts(thresholds[0]!, guesses, at)),
  ]
  if (inner.length === 0 || outer.length === 0) {
    const { cut, ...rest } = whole(strictRings + otherRings)
    return { cut, ...rest, levels: [cut.length] }
  }
  const surest = cutIntoRings(inner, guesses, strictRings)
  const cut = [...surest, ...cutIntoRings(outer, guesses, otherRings)]
  return { cut, thresholds, levels: [surest.length, cut.length] }
}

interface Drawn {
  at: number
  ring: number
}

/** Rings are woven together in proportion to what is drawn of them. */
function drawOrder(cut: Ring[], most: number, seed: number): Drawn[] {
  const counts = allocate(
    cut,
    Math.min(
      most,
      cut.reduce((sum, { members }) => sum + members.length, 0),
    ),
  )
  const woven = cut.flatMap(({ members }, ring) => {
    const chosen = draw(members.length, counts[ring]!, random(seed, 0xa0d17, ring))
    return Array.from(chosen, (index, nth) => ({ at: members[index]!, ring, place: (nth + 0.5) / counts[ring]! }))
  })
  return woven.sort((a, b) => a.place - b.place || a.at - b.at)
}

/** Checks after which, by what the head expects, all that is accepted is known closely enough to be above the target; null when never. */
function firstLook({ cut, levels }: Chosen, draws: Drawn[], target: number): number | null {
  const strata = cut.map(({ members, errors }) => ({ size: members.length, drawn: 0, right: 0, errors }))
  const alpha = firstAlpha(levels.length, levels.length - 1)
  for (const [before, { ring }] of draws.entries()) {
    const stratum = strata[ring]!
    stratum.drawn++
    stratum.right = (1 - stratum.errors) * stratum.drawn
    if (strata.length === 1) stratum.right = Math.round(stratum.right)
    if ((before + 1) % 10 !== 0) continue
    const { lower, upper } = stratifiedInterval(strata, alpha)
    const half = (upper - lower) / 2
    if (half <= narrow && lower >= target + margin * half) return before + 1
  }
  return null
}

function planOf(guesses: Guesses, { cut, levels, thresholds }: Chosen, draws: Drawn[], target: number, first: number): AuditPlan {
  const rings = new Uint8Array(guesses.ordinals.length).fill(outside)
  cut.forEach(({ members }, ring) => members.forEach((at) => (rings[at] = ring)))
  const mean = (rows: number[]) => rows.reduce((sum, at) => sum + guesses.confidences[at]!, 0) / rows.length
  const looks = [patience * first, patience * first * secondLook, draws.length]
  return {
    target,
    rings,
    sizes: cut.map(({ members }) => members.length),
    errors: cut.map(({ errors }) => errors),
    levels,
    thresholds,
    expected: levels.map((count) => mean(cut.slice(0, count).flatMap(({ members }) => members))),
    draws: Uint32Array.from(draws, ({ at }) => at),
    looks: [...new Set(looks.map((checks) => Math.min(draws.length, Math.ceil(checks))))],
  }
}
