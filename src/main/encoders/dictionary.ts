/** Dictionaries of patches: contrast-normalised, whitened, grouped by spherical k-means (Coates & Ng, 2011). */
import { EigenvalueDecomposition, Matrix as DenseMatrix } from 'ml-matrix'
import { columnMeans, matrix, normalizeRows, rowsOf, shiftRows, type Matrix, type MatrixProducts } from '../engine/linear-algebra'
import { random, type Random } from '../engine/random'
import type { ImageSource } from '../views/images'

/** Keeps flat patches from being blown up to noise; pixels run 0–1. */
export const flatness = 1e-3

/** Filters that look for one patch each, at one size. */
export interface Dictionary {
  readonly patchSize: number
  readonly channels: 1 | 3
  /**
   * [filters, channels · patchSize²], channel-first. A filter's response to a patch is its product with the pixels over
   * their standard deviation, plus its bias: filters sum to zero, so the patch's mean need not be taken away.
   */
  readonly filters: Matrix
  readonly biases: Float32Array
}

export interface DictionarySettings {
  readonly patchSize: number
  readonly filters: number
  readonly channels: 1 | 3
  /** Patches to learn from. */
  readonly patches: number
  /** Added to the eigenvalues when whitening. */
  readonly whitening: number
  readonly seed: number
}

const rounds = 8

export async function learnDictionary(
  images: ImageSource,
  settings: DictionarySettings,
  products: MatrixProducts,
): Promise<Dictionary> {
  const { patchSize, channels, seed } = settings
  const draws = random(seed, patchSize)
  const patches = normalizePatches(cutPatches(images, settings, draws))
  const mean = columnMeans(patches)
  const centred = shiftRows(patches, mean)
  const whitener = zca(await products.gram(centred), patches.rows, settings.whitening)
  const white = await products.product(centred, whitener)
  const centres = await sphericalKMeans(white, settings.filters, products, draws)
  const filters = await products.product(centres, whitener)
  const biases = new Float32Array(filters.rows)
  for (let row = 0; row < filters.rows; row++) {
    let bias = 0
    let sum = 0
    for (let column = 0; column < filters.columns; column++) {
      const weight = filters.data[row * filters.columns + column]!
      bias -= weight * mean[column]!
      sum += weight
    }
    biases[row] = bias
    const shift = sum / filters.columns
    for (let column = 0; column < filters.columns; column++) filters.data[row * filters.columns + column]! -= shift
  }
  return { patchSize, channels, filters, biases }
}

/** Patches at random places of random images, pixels 0–1: [patches, channels · patchSize²], channel-first. */
function cutPatches(images: ImageSource, settings: DictionarySettings, draws: Random): Matrix {
  const { patchSize, channels } = settings
  const columns = channels * patchSize * patchSize
  const result = matrix(settings.patches, columns)
  const places = images.size - patchSize + 1
  const perRead = 512
  let row = 0
  while (row < settings.patches) {
    const wanted = Math.min(perRead, settings.patches - row)
    const pixels = images.read(Uint32Array.from({ length: wanted }, () => draws.below(images.count)))
    for (let index = 0; index < wanted; index++, row++) {
      const top = draws.below(places)
      const left = draws.below(places)
      let to = row * columns
      for (let channel = 0; channel < channels; channel++) {
        for (let y = 0; y < patchSize; y++) {
          let from = ((index * images.size + top + y) * images.size + left) * 3 + channel
          for (let x = 0; x < patchSize; x++, from += 3) result.data[to++] = pixels[from]! / 255
        }
      }
    }
  }
  return result
}

/** Each patch minus its mean, over its standard deviation; in place. */
function normalizePatches(patches: Matrix): Matrix {
  const { rows, columns, data } = patches
  for (let row = 0; row < rows; row++) {
    const patch = data.subarray(row * columns, (row + 1) * columns)
    let sum = 0
    let squares = 0
    for (const value of patch) {
      sum += value
      squares += value * value
    }
    const mean = sum / columns
    const deviation = Math.sqrt(Math.max(0, squares / columns - mean * mean) + flatness)
    for (let column = 0; column < columns; column++) patch[column] = (patch[column]! - mean) / deviation
  }
  return patches
}

/** Zero-phase whitening: the symmetric inverse square root of the covariance. */
function zca(gram: Matrix, samples: number, ridge: number): Matrix {
  const side = gram.rows
  const covariance = DenseMatrix.from1DArray(side, side, gram.data).div(samples)
  const { realEigenvalues: values, eigenvectorMatrix: vectors } = new EigenvalueDecomposition(covariance, {
    assumeSymmetric: true,
  })
  const scaled = vectors.clone()
  values.forEach((value, column) => scaled.mulColumn(column, 1 / Math.sqrt(Math.max(value, 0) + ridge)))
  return matrix(side, side, Float32Array.from(scaled.mmul(vectors.transpose()).to1DArray()))
}

/** Unit centres by cosine similarity; a centre that nothing is near starts again at a random patch. */
async function sphericalKMeans(points: Matrix, count: number, products: MatrixProducts, draws: Random): Promise<Matrix> {
  const { columns } = points
  let centres = matrix(count, columns)
  for (let index = 0; index < count; index++) restart(centres, index, points, draws)
  normalizeRows(centres)
  for (let round = 0; round < rounds; round++) {
    const sums = matrix(count, columns)
    const block = 8192
    for (let first = 0; first < points.rows; first += block) {
      const some = rowsOf(points, first, Math.min(points.rows, first + block))
      addToNearest(some, await products.productRight(some, centres), sums)
    }
    for (let index = 0; index < count; index++) {
      const centre = sums.data.subarray(index * columns, (index + 1) * columns)
      if (centre.every((value) => value === 0)) restart(sums, index, points, draws)
    }
    centres = normalizeRows(sums)
  }
  return centres
}

function restart(centres: Matrix, index: number, points: Matrix, draws: Random): void {
  const row = draws.below(points.rows)
  centres.data.set(points.data.subarray(row * points.columns, (row + 1) * points.columns), index * points.columns)
}

/** Adds each point, times its similarity, to the sum of the centre nearest to it. */
function addToNearest(points: Matrix, similarities: Matrix, sums: Matrix): void {
  const { columns } = points
  for (let row = 0; row < points.rows; row++) {
    let best = 0
    let similarity = -Infinity
    for (let centre = 0; centre < similarities.columns; centre++) {
      const value = similarities.data[row * similarities.columns + centre]!
      if (value > similarity) {
        similarity = value
        best = centre
      }
    }
    for (let column = 0, to = best * columns, from = row * columns; column < columns; column++) {
      sums.data[to++]! += points.data[from++]! * similarity
    }
  }
}
