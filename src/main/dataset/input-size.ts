/** The side of encoder inputs, chosen once per project from what its images are. */

/** Images whose headers are looked at. */
export const probeCount = 200

/**
 * 32 px when half of the images are at most 40 px on their longer side, else 64: two cores learn as much from 64 px as from more in the
 * same time.
 * @param sides longer sides, px
 */
export function inputSizeFor(sides: readonly number[]): number {
  const median = sides.toSorted((a, b) => a - b)[Math.floor(sides.length / 2)] ?? 64
  return median <= 40 ? 32 : 64
}
