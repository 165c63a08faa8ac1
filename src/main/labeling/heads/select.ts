/** Which head: chosen by cross-validation on the annotations; its confidences calibrated on the same folds. */
import { HandfulError } from '@shared/errors'
import { random } from '../../engine/random'
import type { Head, HeadInput, Probabilities, TrainingLabels } from './head'
import { heads } from './registry'

export interface FittedHead {
  method: string
  title: string
  /** Accuracy on held-out annotations by method; empty when there are too few to say. */
  crossValidated: Record<string, number>
  /** Class index by row, and how sure, 0–1. */
  predictions: Uint16Array
  confidences: Float32Array
}

/** A choice made before, good for as long as the labels have not grown by a tenth. */
export interface Choice {
  method: string
  crossValidated: Record<string, number>
  temperature: number
  labels: number
}

const folds = 5
/** Labels cross-validated at most: more change the choice no longer. */
const validated = 400
/** Labels per class on average below which spreading is taken unseen: it helps most when labels are few. */
const fewestPerClass = 2

/** @throws HandfulError NOT_READY with fewer than two classes */
export function fitBestHead(input: HeadInput, seed: number, earlier: Choice | null): { fitted: FittedHead; choice: Choice } {
  const present = new Set(input.labels.classes)
  if (present.size < 2) throw new HandfulError('NOT_READY', { needs: 'labels of at least two classes' })
  const count = input.labels.rows.length
  const keep = earlier && Math.abs(count - earlier.labels) < 0.1 * earlier.labels
  const choice = keep ? earlier : choose(input, seed)
  const head = heads.find(({ id }) => id === choice.method)!
  const probabilities = head.fit(input)
  const { predictions, confidences } = decide(probabilities, input.labels.classCount, choice.temperature)
  return {
    fitted: { method: head.id, title: head.title, crossValidated: choice.crossValidated, predictions, confidences },
    choice,
  }
}

function choose(input: HeadInput, seed: number): Choice {
  const { labels } = input
  const trusted = trustedPositions(labels, seed)
  const byDefault: Choice = { method: 'spread', crossValidated: {}, temperature: 1, labels: labels.rows.length }
  if (trusted.length < fewestPerClass * new Set(labels.classes).size || trusted.length < 2 * folds) return byDefault
  const results = heads.map((head) => ({ head, ...crossValidate(head, input, trusted) }))
  const best = results.reduce((a, b) => (b.accuracy > a.accuracy ? b : a))
  const crossValidated = Object.fromEntries(results.map(({ head, accuracy }) => [head.id, accuracy]))
  return { ...byDefault, method: best.head.id, crossValidated, temperature: best.temperature }
}

/** Positions of full-weight labels in random order: hints are never truth. */
function trustedPositions({ weights }: TrainingLabels, seed: number): number[] {
  const positions = Array.from(weights.keys()).filter((position) => weights[position] === 1)
  const draw = random(seed, 0xcafe)
  const order = new Map(positions.map((position) => [position, draw.next()]))
  return positions.sort((a, b) => order.get(a)! - order.get(b)!).slice(0, validated)
}

function crossValidate(head: Head, input: HeadInput, trusted: number[]): { accuracy: number; temperature: number } {
  const { labels } = input
  const held: { row: number; truth: number; probabilities: Float32Array }[] = []
  for (let fold = 0; fold < folds; fold++) {
    const out = new Set(trusted.filter((_, index) => index % folds === fold))
    const positions = Array.from(labels.rows.keys()).filter((position) => !out.has(position))
    const without = head.fit({ ...input, labels: pick(labels, positions) })
    for (const position of out) {
      const row = labels.rows[position]!
      const probabilities = without.slice(row * labels.classCount, (row + 1) * labels.classCount)
      held.push({ row, truth: labels.classes[position]!, probabilities })
    }
  }
  const right = held.filter(({ truth, probabilities }) => largest(probabilities) === truth).length
  return { accuracy: right / held.length, temperature: calibrate(held) }
}

function pick({ rows, classes, weights, classCount }: TrainingLabels, positions: number[]): TrainingLabels {
  return {
    rows: Uint32Array.from(positions, (position) => rows[position]!),
    classes: Uint16Array.from(positions, (position) => classes[position]!),
    weights: Float32Array.from(positions, (position) => weights[position]!),
    classCount,
  }
}

/** Temperature scaling (Guo et al. 2017): the exponent on probabilities with the least log loss on held-out labels. */
function calibrate(held: { truth: number; probabilities: Float32Array }[]): number {
  const candidates = Array.from({ length: 25 }, (_, index) => 2 ** ((index - 12) / 4))
  const loss = (exponent: number) =>
    held.reduce((sum, { truth, probabilities }) => {
      const total = probabilities.reduce((all, p) => all + Math.max(p, 1e-6) ** exponent, 0)
      return sum - Math.log(Math.max(probabilities[truth]!, 1e-6) ** exponent / total)
    }, 0)
  return candidates.reduce((best, exponent) => (loss(exponent) < loss(best) ? exponent : best), 1)
}

function decide(
  probabilities: Probabilities,
  classCount: number,
  exponent: number,
): { predictions: Uint16Array; confidences: Float32Array } {
  const rows = probabilities.length / classCount
  const predictions = new Uint16Array(rows)
  const confidences = new Float32Array(rows)
  for (let row = 0; row < rows; row++) {
    const mine = probabilities.subarray(row * classCount, (row + 1) * classCount)
    const best = largest(mine)
    let total = 0
    for (const p of mine) total += Math.max(p, 1e-6) ** exponent
    predictions[row] = best
    confidences[row] = Math.max(mine[best]!, 1e-6) ** exponent / total
  }
  return { predictions, confidences }
}

function largest(values: Float32Array): number {
  let best = 0
  for (let index = 1; index < values.length; index++) if (values[index]! > values[best]!) best = index
  return best
}
