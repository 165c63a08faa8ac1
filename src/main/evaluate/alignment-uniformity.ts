/** The two properties of embeddings on the sphere that contrastive learning aims at (Wang & Isola 2020). Lower is better for both. */
import type { Matrix } from '../engine/linear-algebra'

/**
 * L_align, eq. 7, α = 2: the mean squared distance of two views of a sample.
 * @param a [samples, dimensions], one view of each sample, rows of length 1
 * @param b another view of the same samples
 * @returns 0 (views fall together) – 4; 0 for no sample
 */
export function alignment(a: Matrix, b: Matrix): number {
  if (a.rows !== b.rows || a.columns !== b.columns)
    throw new Error(`views of ${a.rows} × ${a.columns} and ${b.rows} × ${b.columns} are not of the same samples`)
  if (a.rows === 0) return 0
  return a.data.reduce((sum, value, at) => sum + (value - b.data[at]!) ** 2, 0) / a.rows
}

/**
 * L_uniform, eq. 8, t = 2: the logarithm of the mean Gaussian potential of all pairs of different samples.
 * @param x [samples, dimensions], rows of length 1
 * @returns −8 – 0 (all samples fall together); 0 for fewer than two samples
 */
export function uniformity({ rows, columns, data }: Matrix): number {
  if (rows < 2) return 0
  let sum = 0
  for (let row = 1; row < rows; row++) {
    for (let other = 0; other < row; other++) {
      let squared = 0
      for (let d = 0; d < columns; d++) squared += (data[row * columns + d]! - data[other * columns + d]!) ** 2
      sum += Math.exp(-2 * squared)
    }
  }
  return Math.log(sum / ((rows * (rows - 1)) / 2))
}
