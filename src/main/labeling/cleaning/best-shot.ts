/** Which of several shots of the same scene to keep. */

/** Share of the largest area that counts as large. */
const alike = 0.8

/**
 * The sharpest of those that are about as large as the largest, then the others, larger ones first.
 * @param area px² by ordinal
 * @param sharpness by ordinal, see `sharpness`
 */
export function bestFirst(ordinals: number[], area: ArrayLike<number>, sharpness: ArrayLike<number>): Uint32Array {
  const largest = Math.max(...ordinals.map((ordinal) => area[ordinal]!))
  const large = (ordinal: number) => Number(area[ordinal]! >= alike * largest)
  const sharper = (a: number, b: number) => (large(a) ? sharpness[b]! - sharpness[a]! : 0)
  return Uint32Array.from(ordinals).sort((a, b) => large(b) - large(a) || sharper(a, b) || area[b]! - area[a]! || a - b)
}
