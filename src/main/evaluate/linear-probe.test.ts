import { Matrix as Dense, solve } from 'ml-matrix'
import { expect, it } from 'vitest'
import { matrix, withProducts } from '../engine/linear-algebra'
import { random } from '../engine/random'
import { linearProbe } from './linear-probe'

/** Refits without each sample: augmented normal equations with an intercept that is not penalised. */
function refitted(rows: number[][], classes: number[]): number {
  const [count, dimensions, classCount] = [rows.length, rows[0]!.length, Math.max(...classes) + 1]
  const mean = rows[0]!.map((_, d) => rows.reduce((sum, row) => sum + row[d]!, 0) / count)
  const centred = new Dense(rows.map((row) => row.map((value, d) => value - mean[d]!)))
  const largest = Math.max(...eigenvalues(centred.transpose().mmul(centred)))
  const outcomes = [1e-4, 1e-3, 1e-2, 1e-1, 1].map((share) => {
    let [error, right] = [0, 0]
    for (let left = 0; left < count; left++) {
      const others = rows.filter((_, at) => at !== left)
      const x = new Dense(others.map((row) => [...row, 1]))
      const y = new Dense(others.map((_, at) => oneHot(classes[at < left ? at : at + 1]!, classCount)))
      const penalty = Dense.eye(dimensions + 1).mul(share * largest)
      penalty.set(dimensions, dimensions, 0)
      const weights = solve(x.transpose().mmul(x).add(penalty), x.transpose().mmul(y))
      const scores = new Dense([[...rows[left]!, 1]]).mmul(weights).getRow(0)
      error += oneHot(classes[left]!, classCount).reduce((sum, wanted, c) => sum + (wanted - scores[c]!) ** 2, 0)
      if (scores.indexOf(Math.max(...scores)) === classes[left]) right++
    }
    return { error, accuracy: right / count }
  })
  return outcomes.reduce((one, other) => (other.error < one.error ? other : one)).accuracy
}

const oneHot = (one: number, classCount: number): number[] => Array.from({ length: classCount }, (_, c) => (c === one ? 1 : 0))
/** By power iteration: only the largest matters here. */
function eigenvalues(square: Dense): number[] {
  let vector = Dense.ones(square.rows, 1)
  for (let turn = 0; turn < 500; turn++) {
    const next = square.mmul(vector)
    vector = next.div(next.norm())
  }
  return [vector.transpose().mmul(square).mmul(vector).get(0, 0)]
}

function made(count: number, dimensions: number, signal: number) {
  const draws = random(2, count, dimensions)
  const classes = Array.from({ length: count }, (_, at) => at % 3)
  const rows = classes.map((one) => Array.from({ length: dimensions }, (_, d) => draws.normal() + (d === one ? signal : 0) + 2))
  return { rows, classes, x: matrix(count, dimensions, Float32Array.from(rows.flat())) }
}

it.each([
  [40, 5, 1.2],
  [15, 30, 2.5],
])('is what refitting without each of %i samples of %i numbers gives', (count, dimensions, signal) =>
  withProducts(1, async (products) => {
    const { rows, classes, x } = made(count, dimensions, signal)
    const accuracy = await linearProbe(x, classes, products)
    expect(accuracy).toBeCloseTo(refitted(rows, classes), 6)
    expect(accuracy).toBeGreaterThan(0.4)
    expect(accuracy).toBeLessThan(1)
  }),
)

it('is near chance where embeddings say nothing, and 1 where they say all', () =>
  withProducts(1, async (products) => {
    const { classes, x } = made(300, 8, 0)
    expect(await linearProbe(x, classes, products)).toBeLessThan(0.45)
    expect(await linearProbe(made(60, 6, 20).x, classes.slice(0, 60), products)).toBe(1)
    expect(await linearProbe(matrix(1, 2), [0], products)).toBe(0)
  }))
