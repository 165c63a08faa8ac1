/** How many directions an embedding really uses. */
import { SingularValueDecomposition, Matrix as DenseMatrix } from 'ml-matrix'
import type { Matrix } from '../engine/linear-algebra'

/**
 * RankMe (Garrido, Balestriero, Najman & LeCun 2023): the exponential of the entropy of the normalised singular values.
 * @param embeddings [samples, dimensions]
 * @returns 1 … min(samples, dimensions); 0 where everything is zero
 */
export function effectiveRank({ rows, columns, data }: Matrix): number {
  const values = new SingularValueDecomposition(DenseMatrix.from1DArray(rows, columns, data), {
    computeLeftSingularVectors: false,
    computeRightSingularVectors: false,
    autoTranspose: true,
  }).diagonal
  const sum = values.reduce((total, value) => total + value, 0)
  if (!(sum > 0)) return 0
  return Math.exp(-values.reduce((entropy, value) => entropy + (value / sum) * Math.log(value / sum + 1e-7), 0))
}
