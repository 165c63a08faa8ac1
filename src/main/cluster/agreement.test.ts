import { expect, test } from 'vitest'
import { actsUntil, adjustedMutualInformation, clustersPerClass, purity } from './agreement'

/** Expected values by scikit-learn 1.9.1, adjusted_mutual_info_score. */
test.each([
  [[0, 0, 1, 1], [0, 0, 1, 1], 1],
  [[0, 0, 1, 1], [5, 5, 2, 2], 1],
  [[0, 0, 0, 0], [0, 1, 2, 3], 0],
  [[0, 0, 0, 1, 1, 1, 2, 2, 2], [0, 0, 1, 1, 1, 1, 2, 2, 0], 0.4086705097217219],
  [[0, 0, 0, 0, 1, 1, 1, 1, 2, 2], [0, 1, 0, 1, 0, 1, 0, 1, 0, 1], -0.18725244345441647],
  [[0, 0, 0, 1, 1, 1], [0, 0, -1, 1, 1, -1], 0.2987924581708901],
])('adjusted mutual information of %j and %j', (classes, clusters, expected) => {
  expect(adjustedMutualInformation(classes, clusters)).toBeCloseTo(expected, 10)
})

/** Over all orders of the second partition the mean is zero by definition. */
test('the adjustment takes away what chance gives', () => {
  const classes = [0, 0, 1, 1, 2]
  const scores = permutations([0, 0, 0, 1, 1]).map((clusters) => adjustedMutualInformation(classes, clusters))
  expect(scores.reduce((sum, score) => sum + score, 0) / scores.length).toBeCloseTo(0, 10)
})

function permutations(values: number[]): number[][] {
  if (values.length <= 1) return [values]
  return values.flatMap((value, at) => permutations(values.toSpliced(at, 1)).map((rest) => [value, ...rest]))
}

test('purity, by hand; outliers are wrong', () => {
  expect(purity([0, 0, 0, 1, 1, 1], [0, 0, 1, 1, 1, 1])).toBeCloseTo(5 / 6)
  expect(purity([0, 0, 0, 1, 1, 1], [0, 0, -1, 1, 1, -1])).toBeCloseTo(4 / 6)
})

test('acts: name the large clusters, then correct one by one', () => {
  const classes = [0, 0, 0, 0, 0, 1, 1, 1, 1, 1]
  expect(actsUntil(0.9, classes, classes)).toBe(2)
  expect(actsUntil(0.9, classes, [0, 0, 0, 0, 0, 0, 0, 1, 1, 1])).toBe(2 + 1)
  expect(actsUntil(0.9, classes, [0, 0, 0, 0, 0, 1, -1, -1, -1, -1])).toBe(1 + 4)
  expect(actsUntil(0.5, classes, classes)).toBe(1)
})

test('clusters per class', () => {
  expect(clustersPerClass([0, 0, 1, 1], [0, 1, 2, -1])).toBe(1.5)
})
