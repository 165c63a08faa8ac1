/** k-means with k-means++ seeding (Arthur & Vassilvitskii 2007); distances as matrix products. */
import { type Matrix, matrix, type MatrixProducts, rowsOf } from '../engine/linear-algebra'
import { random } from '../engine/random'

export interface KMeans {
  /** [k, dimensions] */
  centres: Matrix
  /** Centre of each row. */
  assignments: Int32Array
  /** Squared distance of each row to its centre. */
  distances: Float32Array
}

const rounds = 30
const block = 4096

/** @param k at most x.rows; fewer centres come back where rows repeat */
export async function kMeans(x: Matrix, k: number, seed: number, products: MatrixProducts): Promise<KMeans> {
  let centres = seedCentres(x, Math.min(k, x.rows), seed)
  let result = await assign(x, centres, products)
  for (let round = 0; round < rounds; round++) {
    centres = means(x, result, centres)
    const next = await assign(x, centres, products)
    const moved = next.assignments.some((centre, row) => centre !== result.assignments[row])
    result = next
    if (!moved) break
  }
  return result
}

function squaredDistance(x: Matrix, row: number, other: number): number {
  let sum = 0
  for (let d = 0, a = row * x.columns, b = other * x.columns; d < x.columns; d++) sum += (x.data[a + d]! - x.data[b + d]!) ** 2
  return sum
}

function seedCentres(x: Matrix, k: number, seed: number): Matrix {
  const draw = random(seed, 0x6b6d)
  const nearest = new Float64Array(x.rows).fill(Infinity)
  const centres = matrix(k, x.columns)
  let chosen = draw.below(x.rows)
  for (let centre = 0; centre < k; centre++) {
    centres.data.set(x.data.subarray(chosen * x.columns, (chosen + 1) * x.columns), centre * x.columns)
    let total = 0
    for (let row = 0; row < x.rows; row++) total += nearest[row] = Math.min(nearest[row]!, squaredDistance(x, row, chosen))
    if (total === 0) return matrix(centre + 1, x.columns, centres.data.slice(0, (centre + 1) * x.columns))
    let left = draw.next() * total
    chosen = nearest.findIndex((distance) => (left -= distance) <= 0 && distance > 0)
    if (chosen < 0) chosen = nearest.indexOf(nearest.reduce((a, b) => Math.max(a, b)))
  }
  return centres
}

async function assign(x: Matrix, centres: Matrix, products: MatrixProducts): Promise<KMeans> {
  const assignments = new Int32Array(x.rows)
  const distances = new Float32Array(x.rows)
  const squares = squaredLengths(centres)
  for (let first = 0; first < x.rows; first += block) {
    const end = Math.min(x.rows, first + block)
    const rows = rowsOf(x, first, end)
    const { data } = await products.productRight(rows, centres)
    const lengths = squaredLengths(rows)
    for (let row = 0; row < rows.rows; row++) {
      let best = 0
      let least = Infinity
      for (let centre = 0, at = row * centres.rows; centre < centres.rows; centre++, at++) {
        const distance = squares[centre]! - 2 * data[at]!
        if (distance < least) [least, best] = [distance, centre]
      }
      assignments[first + row] = best
      distances[first + row] = Math.max(0, least + lengths[row]!)
    }
  }
  return { centres, assignments, distances }
}

function squaredLengths({ rows, columns, data }: Matrix): Float64Array {
  const squares = new Float64Array(rows)
  for (let row = 0, at = 0; row < rows; row++) for (let d = 0; d < columns; d++, at++) squares[row]! += data[at]! ** 2
  return squares
}

/** A centre that lost all its rows stays where it was. */
function means(x: Matrix, { assignments }: KMeans, before: Matrix): Matrix {
  const sums = new Float64Array(before.rows * x.columns)
  const counts = new Uint32Array(before.rows)
  for (let row = 0, at = 0; row < x.rows; row++) {
    const to = assignments[row]! * x.columns
    counts[assignments[row]!]!++
    for (let d = 0; d < x.columns; d++, at++) sums[to + d]! += x.data[at]!
  }
  return matrix(
    before.rows,
    x.columns,
    Float32Array.from(sums, (sum, at) => {
      const count = counts[Math.floor(at / x.columns)]!
      return count ? sum / count : before.data[at]!
    }),
  )
}
