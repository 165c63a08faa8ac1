/** The side of encoder inputs, chosen once per project from what its images are. */

/**
 * 32 px when half of the images are at most 40 px, else 64: two cores learn as much from 64 px as from more in the same time.
 * @param sides longer sides, px
 */
export function inputSizeFor(sides: number[]): number {
  const median = sides.toSorted((a, b) => a - b)[Math.floor(sides.length / 2)] ?? 64
  return median <= 40 ? 32 : 64
}
