/** Checks the scores against cases counted by hand. */
import { expect, test } from 'vitest'
import { knnAccuracy, score } from './score'
import { drawPerClass, readTruth } from './truth'

const truth = new Map([
  [0, 'a'],
  [1, 'a'],
  [2, 'a'],
  [3, 'a'],
  [4, 'b'],
  [5, 'b'],
  [6, 'c'],
])

test('labeled images are not scored, those without a pseudo-label are wrong, balanced means by class', () => {
  const guesses = new Map([
    [0, 'b'],
    [1, 'a'],
    [2, 'a'],
    [4, 'b'],
  ])
  expect(score(['a', 'b', 'c'], truth, new Set([0, 6]), guesses)).toEqual({
    accuracy: 3 / 5,
    balancedAccuracy: (2 / 3 + 1 / 2) / 2,
    recall: { a: 2 / 3, b: 1 / 2, c: null },
    scored: 5,
    predicted: 3,
  })
})

test('kNN: five vote, ties go to the more similar', () => {
  const near = (...list: [number, number][]) => list.map(([ordinal, similarity]) => ({ ordinal, similarity }))
  const neighbours = new Map([
    [0, near([1, 0.9], [4, 0.8], [5, 0.7], [2, 0.6], [3, 0.5], [6, 0.4])],
    [4, near([5, 0.9], [0, 0.3], [1, 0.2], [6, 0.1])],
    [6, near([0, 0.9])],
  ])
  expect(knnAccuracy(truth, neighbours)).toBe(1 / 3)
  neighbours.set(4, near([5, 0.9], [4, 0.5], [0, 0.3], [1, 0.2]))
  expect(knnAccuracy(truth, neighbours)).toBe(2 / 3)
})

const file = (ordinal: number, path: string) => ({ ordinal, path: Buffer.from(path), sha256: Buffer.alloc(32, ordinal) })

test('copies in several folders count for the one with the most, then the first in the alphabet', () => {
  const files = [file(0, 'b/1.png'), file(0, 'a/1.png'), file(1, 'b/2.png'), file(1, 'a/x/2.png'), file(1, 'b/y/2.png')]
  expect(readTruth(files)).toMatchObject({
    classes: ['a', 'b'],
    ambiguous: 2,
    classOf: new Map([
      [0, 'a'],
      [1, 'b'],
    ]),
  })
})

test('images in no folder, or in one only, make no truth', () => {
  expect(() => readTruth([file(0, 'a/1.png'), file(1, '2.png')])).toThrow(/2\.png lies in no folder/)
  expect(() => readTruth([file(0, 'a/1.png'), file(1, 'a/2.png')])).toThrow(/at least two folders/)
})

test('a draw goes by content, is the same for a seed, grows, and leaves an image to score', () => {
  const named = (prefix: string) =>
    readTruth(Array.from({ length: 40 }, (_, index) => file(index, `${index < 30 ? 'a' : 'b'}/${prefix}${40 - index}.png`)))
  const drawn = drawPerClass(named('x'), 5, 1)
  expect(drawn).toHaveLength(10)
  expect(drawPerClass(named('y'), 5, 1)).toEqual(drawn)
  expect(drawPerClass(named('x'), 5, 2)).not.toEqual(drawn)
  expect(drawPerClass(named('x'), 8, 1)).toEqual(expect.arrayContaining(drawn))
  expect(drawPerClass(named('x'), 100, 1)).toHaveLength(29 + 9)
})
