/** Sorting of many ordinals by a number each, without comparing: a million take some twenty milliseconds. */

const digitBits = 11
const digits = 1 << digitBits

/**
 * Ordinals by their keys, equal ones in the order given; what has no key (NaN) comes last in either direction. Keys count as float32.
 */
export function sortedByKey(ordinals: Uint32Array, key: ArrayLike<number>, descending: boolean): Uint32Array {
  const count = ordinals.length
  const numbers = new Float32Array(count)
  for (let at = 0; at < count; at++) numbers[at] = key[ordinals[at]!] ?? NaN
  const bits = new Uint32Array(numbers.buffer)
  for (let at = 0; at < count; at++) bits[at] = sortable(numbers[at]!, bits[at]!, descending)
  let [from, to] = [Uint32Array.from(ordinals), new Uint32Array(count)]
  let [keys, nextKeys] = [bits, new Uint32Array(count)]
  for (let shift = 0; shift < 32; shift += digitBits) {
    const starts = new Uint32Array(digits + 1)
    for (let at = 0; at < count; at++) starts[((keys[at]! >>> shift) & (digits - 1)) + 1]!++
    for (let digit = 0; digit < digits; digit++) starts[digit + 1]! += starts[digit]!
    for (let at = 0; at < count; at++) {
      const place = starts[(keys[at]! >>> shift) & (digits - 1)]!++
      to[place] = from[at]!
      nextKeys[place] = keys[at]!
    }
    ;[from, to] = [to, from]
    ;[keys, nextKeys] = [nextKeys, keys]
  }
  return from
}

/** Keys that are looked at to guess where the first ones end. */
const looked = 4096

/**
 * The beginning of `sortedByKey`, exactly: at least `wanted` ordinals where there are as many. Only what may be among them is sorted, so that
 * a page of a million costs one look at each.
 */
export function firstByKey(ordinals: Uint32Array, key: ArrayLike<number>, descending: boolean, wanted: number): Uint32Array {
  const count = ordinals.length
  if (count <= 8 * Math.max(looked, wanted)) return sortedByKey(ordinals, key, descending)
  const sample = new Float32Array(looked)
  for (let at = 0; at < looked; at++) sample[at] = key[ordinals[Math.floor((at * count) / looked)]!] ?? NaN
  const known = sample.filter((value) => !Number.isNaN(value)).sort()
  if (descending) known.reverse()
  // Twice as many as are wanted, and some more: the guess is seldom too small.
  const bound = known[Math.ceil((2 * wanted * looked) / count) + 16]
  if (bound === undefined) return sortedByKey(ordinals, key, descending)
  const [before, equal] = [new Uint32Array(count), new Uint32Array(wanted)]
  let [first, ties] = [0, 0]
  for (const ordinal of ordinals) {
    const value = Math.fround(key[ordinal]!)
    if (descending ? value > bound : value < bound) before[first++] = ordinal
    else if (value === bound && ties < wanted) equal[ties++] = ordinal
  }
  if (first + ties < wanted) return sortedByKey(ordinals, key, descending)
  before.set(sortedByKey(before.subarray(0, first), key, descending))
  before.set(equal.subarray(0, Math.min(ties, count - first)), first)
  return before.subarray(0, Math.min(count, first + ties))
}

/** Categories one after the other, each in the order given; `none` comes last. @param none above all others */
export function inCategories(ordinals: Uint32Array, values: ArrayLike<number>, none: number): Uint32Array {
  const starts = new Uint32Array(none + 2)
  for (const ordinal of ordinals) starts[(values[ordinal] ?? none) + 1]!++
  for (let value = 0; value <= none; value++) starts[value + 1]! += starts[value]!
  const sorted = new Uint32Array(ordinals.length)
  for (const ordinal of ordinals) sorted[starts[values[ordinal] ?? none]!++] = ordinal
  return sorted
}

/** ms. A float32 holds every one of an hour, and every hour of two thousand years. */
const hour = 3_600_000

/** Rank of each moment (Unix ms, whole), equal ones at the same place; NaN stays NaN. */
export function momentRanks(moments: Float64Array): Float32Array {
  const all = Uint32Array.from({ length: moments.length }, (_, ordinal) => ordinal)
  const hours = moments.map((at) => Math.floor(at / hour))
  const within = moments.map((at, ordinal) => at - hours[ordinal]! * hour)
  const sorted = sortedByKey(sortedByKey(all, within, false), hours, false)
  const ranks = new Float32Array(moments.length).fill(NaN)
  let rank = 0
  for (let at = 0; at < sorted.length; at++) {
    const moment = moments[sorted[at]!]!
    if (Number.isNaN(moment)) break
    if (at > 0 && moment !== moments[sorted[at - 1]!]) rank++
    ranks[sorted[at]!] = rank
  }
  return ranks
}

/** The bits of a float32 so that unsigned integers compare as the numbers do. */
function sortable(value: number, bits: number, descending: boolean): number {
  if (Number.isNaN(value)) return 0xffffffff
  // Both zeros are the same number.
  const plain = value === 0 ? 0x80000000 : bits & 0x80000000 ? ~bits >>> 0 : (bits | 0x80000000) >>> 0
  return Math.min(descending ? ~plain >>> 0 : plain, 0xfffffffe)
}
