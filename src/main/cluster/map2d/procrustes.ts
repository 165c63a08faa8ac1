/** Turns, mirrors, scales and shifts a layout onto another one: orthogonal Procrustes (Schönemann 1966), in the plane by complex numbers. */

/**
 * Changes `positions`, float32 [rows, 2], in place so that they come nearest to `wanted` (same shape) in the least squares sense, over the
 * rows whose wanted position is a number. Fewer than two such rows change nothing.
 */
export function alignTo(wanted: Float32Array, positions: Float32Array): void {
  const rows = [...(positions.length >= 2 ? rowsWith(wanted) : [])]
  if (rows.length < 2) return
  const from = centreOf(positions, rows)
  const to = centreOf(wanted, rows)
  const sums = { plainReal: 0, plainImaginary: 0, mirroredReal: 0, mirroredImaginary: 0, square: 0 }
  for (const row of rows) {
    const [x, y] = [positions[row * 2]! - from.x, positions[row * 2 + 1]! - from.y]
    const [u, v] = [wanted[row * 2]! - to.x, wanted[row * 2 + 1]! - to.y]
    sums.plainReal += u * x + v * y
    sums.plainImaginary += v * x - u * y
    sums.mirroredReal += u * x - v * y
    sums.mirroredImaginary += v * x + u * y
    sums.square += x * x + y * y
  }
  const mirror = Math.hypot(sums.mirroredReal, sums.mirroredImaginary) > Math.hypot(sums.plainReal, sums.plainImaginary)
  const square = sums.square || 1
  const real = (mirror ? sums.mirroredReal : sums.plainReal) / square
  const imaginary = (mirror ? sums.mirroredImaginary : sums.plainImaginary) / square
  for (let at = 0; at < positions.length; at += 2) {
    const x = positions[at]! - from.x
    const y = (positions[at + 1]! - from.y) * (mirror ? -1 : 1)
    positions[at] = real * x - imaginary * y + to.x
    positions[at + 1] = imaginary * x + real * y + to.y
  }
}

function* rowsWith(positions: Float32Array): Generator<number> {
  for (let row = 0; row * 2 < positions.length; row++) if (!Number.isNaN(positions[row * 2]!)) yield row
}

function centreOf(positions: Float32Array, rows: number[]): { x: number; y: number } {
  let [x, y] = [0, 0]
  for (const row of rows) {
    x += positions[row * 2]!
    y += positions[row * 2 + 1]!
  }
  return { x: x / rows.length, y: y / rows.length }
}
