/** Seeded random numbers keyed by integers: what is drawn for one key never depends on what was drawn for another. */

export interface Random {
  /** Uniform in [0, 1). */
  next(): number
  /** Uniform integer in [0, count). */
  below(count: number): number
  /** Uniform in [low, high). */
  between(low: number, high: number): number
  /** Standard normal. */
  normal(): number
}

/** sfc32 (Chris Doty-Humphrey, PractRand), its state hashed from the keys with the murmur3 finaliser. */
export function random(...keys: readonly number[]): Random {
  let hash = 0x9e3779b9
  for (const key of keys) hash = scramble(Math.imul(hash ^ (key | 0), 0x85ebca6b) + Math.floor(key / 2 ** 32))
  let a = scramble(hash + 1)
  let b = scramble(hash + 2)
  let c = scramble(hash + 3)
  let counter = 1

  const bits = () => {
    const sum = (a + b + counter++) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = ((c << 21) | (c >>> 11)) + sum
    return sum >>> 0
  }
  for (let warm = 0; warm < 8; warm++) bits()

  const next = () => bits() / 2 ** 32
  return {
    next,
    below: (count) => Math.floor(next() * count),
    between: (low, high) => low + (high - low) * next(),
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
  }
}

function scramble(value: number): number {
  let hash = value | 0
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return hash ^ (hash >>> 16)
}

/** `count` distinct integers below `total`, in random order; all of them when `count` is as large. */
export function draw(total: number, count: number, from: Random): Uint32Array {
  const all = Uint32Array.from({ length: total }, (_, index) => index)
  const wanted = Math.min(count, total)
  for (let index = 0; index < wanted; index++) {
    const other = index + from.below(total - index)
    const kept = all[index]!
    all[index] = all[other]!
    all[other] = kept
  }
  return all.slice(0, wanted)
}
