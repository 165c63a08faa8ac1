import { expect, test } from 'vitest'
import { withProducts } from '../../engine/linear-algebra'
import { random } from '../../engine/random'
import { fitter } from '../heads/head'
import { softmaxHead } from '../heads/softmax'
import { cleaningFolds, suspects } from './suspects'

test('by hand: thresholds of the counts are the mean confidence in the given class', () => {
  // Classes 0 0 0 1 1; thresholds (0.9 + 0.8 + 0.1) / 3 = 0.6 and (0.6 + 0.6) / 2 = 0.6.
  const heldOut = Float32Array.from([0.9, 0.1, 0.8, 0.2, 0.1, 0.9, 0.4, 0.6, 0.4, 0.6])
  const { found, joint } = suspects(heldOut, Uint16Array.from([0, 0, 0, 1, 1]), new Int16Array(5), 2)
  expect(found).toEqual([{ position: 2, suggested: 1, confidence: Math.fround(0.9), support: Math.fround(0.1) }])
  expect([...joint]).toEqual([2, 1, 0, 2])
})

test('what is sure of no class is suspected but not counted; what has no fold is not judged', () => {
  const heldOut = Float32Array.from([0.9, 0.1, 0.45, 0.55, 0.1, 0.9, 0, 1])
  const { found, joint } = suspects(heldOut, Uint16Array.from([0, 0, 1, 0]), Int16Array.from([0, 0, 1, -1]), 2)
  expect(found.map(({ position }) => position)).toEqual([1])
  expect([...joint]).toEqual([1, 0, 0, 1])
})

test('folds are stratified, and the only label of a class is in none', () => {
  const classes = Uint16Array.from({ length: 41 }, (_, at) => (at === 40 ? 2 : at % 2))
  const fold = cleaningFolds(classes, 3)
  expect(fold[40]).toBe(-1)
  for (let one = 0; one < 5; one++)
    for (const c of [0, 1]) expect([...fold].filter((mine, at) => mine === one && classes[at] === c)).toHaveLength(4)
  expect(cleaningFolds(classes, 3)).toEqual(fold)
})

test('labels that were swapped come first, and about as many are counted', async () => {
  const noise = random(11)
  const [rows, dimensions, classCount] = [300, 8, 3]
  const truth = Uint16Array.from({ length: rows }, (_, row) => row % classCount)
  const embeddings = new Float32Array(rows * dimensions)
  for (let row = 0; row < rows; row++) {
    const mine = embeddings.subarray(row * dimensions, (row + 1) * dimensions)
    for (let d = 0; d < dimensions; d++) mine[d] = noise.normal() * 0.35 + Number(d === truth[row])
    const length = Math.hypot(...mine)
    for (let d = 0; d < dimensions; d++) mine[d]! /= length
  }
  const swapped = new Set([4, 31, 77, 120, 156, 203, 248, 299])
  const classes = truth.map((c, row) => (swapped.has(row) ? (c + 1) % classCount : c))
  const fold = cleaningFolds(classes, 0)
  const labels = { rows: Uint32Array.from(classes.keys()), classes, weights: new Float32Array(rows).fill(1), classCount }
  const graph = { starts: new Uint32Array(rows + 1), targets: new Uint32Array(0), weights: new Float32Array(0) }
  const { heldOut } = await withProducts(1, (products) =>
    fitter({ embeddings, rows, dimensions, graph, labels, products }, fold)(softmaxHead),
  )
  const { found, joint } = suspects(heldOut, classes, fold, classCount)
  const right = found.slice(0, 12).filter(({ position }) => swapped.has(position))
  expect(right.length).toBeGreaterThanOrEqual(7)
  expect(right.every(({ position, suggested }) => suggested === truth[position])).toBe(true)
  const counted = joint.reduce((sum, count, at) => sum + (at % (classCount + 1) === 0 ? 0 : count), 0)
  expect(counted).toBeGreaterThanOrEqual(7)
  expect(counted).toBeLessThanOrEqual(16)
})
