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

/** The bits of a float32 so that unsigned integers compare as the numbers do. */
function sortable(value: number, bits: number, descending: boolean): number {
  if (Number.isNaN(value)) return 0xffffffff
  // Both zeros are the same number.
  const plain = value === 0 ? 0x80000000 : bits & 0x80000000 ? ~bits >>> 0 : (bits | 0x80000000) >>> 0
  return Math.min(descending ? ~plain >>> 0 : plain, 0xfffffffe)
}
