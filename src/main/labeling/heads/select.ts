/** Which head: chosen by cross-validation on the annotations; its confidences calibrated on the same folds. */
import { HandfulError } from '@shared/errors'
import { calibrate, decide, likeliest } from './calibration'
import { foldsOf } from './folds'
import { type Fit, fitter, type Head, type HeadInput, type TrainingLabels } from './head'
import { heads } from './registry'
import { spreadHead } from './spread'

export interface FittedHead {
  method: string
  title: string
  /** Accuracy on held-out annotations by method; empty when there are too few to say. */
  crossValidated: Record<string, number>
  /** Class index by row, and how sure, 0–1. */
  predictions: Uint16Array
  confidences: Float32Array
}

/** A choice made before, good for as long as the labels have not changed by a tenth. */
export interface Choice {
  method: string
  crossValidated: Record<string, number>
  /** Exponent on the probabilities. */
  temperature: number
  labels: number
  classes: number
}

/** Labels per class on average below which spreading is taken unseen: it helps most when labels are few. */
const fewestPerClass = 2

/** @throws HandfulError NOT_READY with fewer than two classes */
export function fitBestHead(input: HeadInput, seed: number, earlier: Choice | null): { fitted: FittedHead; choice: Choice } {
  const { labels } = input
  const present = new Set(labels.classes).size
  if (present < 2) throw new HandfulError('NOT_READY', { needs: 'labels of at least two classes' })
  const keep = earlier?.classes === present && Math.abs(labels.rows.length - earlier.labels) < 0.1 * earlier.labels
  const folds = keep || labels.rows.length < fewestPerClass * present ? null : foldsOf(input, seed)
  const fitOf = fitter(input, folds)
  const choice = keep ? earlier : choose(labels, folds, fitOf)
  const head = heads.find(({ id }) => id === choice.method)!
  const decided = decide(fitOf(head).probabilities, labels.classCount, choice.temperature)
  return { fitted: { method: head.id, title: head.title, crossValidated: choice.crossValidated, ...decided }, choice }
}

function choose(labels: TrainingLabels, folds: Int16Array | null, fitOf: (head: Head) => Fit): Choice {
  const { classes, classCount } = labels
  const counts = { labels: classes.length, classes: new Set(classes).size }
  if (!folds) return { method: spreadHead.id, crossValidated: {}, temperature: 1, ...counts }
  const positions = [...folds.keys()].filter((position) => folds[position]! >= 0)
  const results = heads.map((head) => {
    const { heldOut } = fitOf(head)
    const right = positions.map((position) => Number(likeliest(heldOut, position, classCount) === classes[position]))
    return { head, heldOut, right }
  })
  const best = results.reduce((chosen, other) => (clearlyBetter(other.right, chosen.right) ? other : chosen))
  const accuracy = (right: number[]) => right.reduce((sum, one) => sum + one, 0) / right.length
  return {
    method: best.head.id,
    crossValidated: Object.fromEntries(results.map(({ head, right }) => [head.id, accuracy(right)])),
    temperature: calibrate(best.heldOut, positions, classes, classCount),
    ...counts,
  }
}

/** By more than two standard errors of the paired difference. */
function clearlyBetter(right: number[], than: number[]): boolean {
  const differences = right.map((one, at) => one - than[at]!)
  const sum = differences.reduce((total, one) => total + one, 0)
  const square = differences.reduce((total, one) => total + one ** 2, 0)
  return sum > 2 * Math.sqrt(square - sum ** 2 / differences.length)
}
