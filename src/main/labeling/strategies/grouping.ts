/** Groups of similar rows as strategies use them: the best of some k-means of at most some thousand rows, each question computed once. */
import { type KMeans, kMeans } from '../../cluster/k-means'
import { type Matrix, matrix, type MatrixProducts } from '../../engine/linear-algebra'
import type { Groups, Pool } from './strategy'

/** k-means is begun anew this often, if rows × groups allow: the tightest groups are kept. */
const mostStarts = 5
const startBudget = 1e6
/** Rows that decide the groups where there are more. */
const mostRows = 4096

export function grouping(embeddings: Matrix, products: MatrixProducts): Pool['groups'] {
  const known = new Map<string, Promise<Groups>>()
  const { rows, columns, data } = embeddings
  const stride = Math.ceil(rows / mostRows)
  const picked = Uint32Array.from({ length: Math.ceil(rows / stride) }, (_, index) => index * stride)
  const gathered = () => {
    const x = matrix(picked.length, columns)
    picked.forEach((row, index) => x.data.set(data.subarray(row * columns, (row + 1) * columns), index * columns))
    return x
  }
  const x = stride === 1 ? embeddings : gathered()
  return (count, seed) => {
    const key = `${count} ${seed}`
    const groups =
      known.get(key) ?? tightest(x, Math.min(count, picked.length), seed, products).then((found) => ({ ...found, picked }))
    known.set(key, groups)
    return groups
  }
}

async function tightest(x: Matrix, count: number, seed: number, products: MatrixProducts): Promise<KMeans> {
  const starts = Math.max(1, Math.min(mostStarts, Math.floor(startBudget / (x.rows * count))))
  const found: { result: KMeans; spread: number }[] = []
  for (let start = 0; start < starts; start++) {
    const result = await kMeans(x, count, start === 0 ? seed : seed + start * 0x1_0000_0001, products)
    found.push({ result, spread: result.distances.reduce((sum, one) => sum + one, 0) })
  }
  return found.reduce((best, one) => (one.spread < best.spread ? one : best)).result
}
