/** Which labels are held out together in cross-validation. */
import { draw, random } from '../../engine/random'
import type { HeadInput, TrainingLabels } from './head'

/** More folds cost more and say little more. */
const mostFolds = 20
const fewestFolds = 3
/** Trusted labels held out at most: more change the choice no longer. */
const mostHeldOut = 400
/** Spreading solves a column per fold and class: columns × rows stay under this, unless there are the fewest folds. */
const mostCells = 6e5
/** The softmax head is fitted again per fold: folds × labels × classes × dimensions stay under this. */
const mostProducts = 4e6

/**
 * Fold of each label, −1 for those never held out: hints, which are never truth, and the only label of a class.
 * Stratified, so that no class loses all its labels at once. Null when fewer than two labels can be held out.
 * @param fair positions of fair samples: each is held out, even the only label of its class
 * @param wanted folds; as many as are worth their time when left out
 */
export function foldsOf(
  { rows, dimensions, labels }: HeadInput,
  seed: number,
  fair: readonly number[] = [],
  wanted?: number,
): Int16Array | null {
  const order = draw(labels.rows.length, labels.rows.length, random(seed, 0xf01d))
  const byClass = Map.groupBy(order, (position) => labels.classes[position]!)
  const share = Math.ceil(mostHeldOut / byClass.size)
  const always = new Set(fair)
  const held = [...byClass.values()].flatMap((positions) => {
    const others = heldOutPositions(positions, labels).filter((position) => !always.has(position))
    return [...positions.filter((position) => always.has(position)), ...others.slice(0, share)]
  })
  if (held.length < 2) return null
  const count = wanted ?? foldCount(held.length, labels.rows.length, labels.classCount, rows, dimensions)
  const folds = new Int16Array(labels.rows.length).fill(-1)
  held.forEach((position, at) => (folds[position] = at % count))
  return folds
}

function heldOutPositions(positions: number[], { weights }: TrainingLabels): number[] {
  return positions.length < 2 ? [] : positions.filter((position) => weights[position] === 1)
}

function foldCount(held: number, labels: number, classes: number, rows: number, dimensions: number): number {
  const columns = mostCells / rows
  const spreading = held <= columns ? held : Math.floor(columns / classes)
  const fitting = Math.floor(mostProducts / (labels * classes * dimensions))
  return Math.max(2, Math.min(held, mostFolds, Math.max(fewestFolds, Math.min(spreading, fitting))))
}
