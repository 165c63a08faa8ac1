/** The refit of a multi-label project: what each label says of each class, and the pseudo-labels that come of it. */
import type { Measured } from '@shared/contract/progress'
import { HandfulError } from '@shared/errors'
import { groupedWeight } from '@shared/model'
import { measureMulti } from '../../labeling/heads/measured-multi'
import { applyCalibration, calibrateMulti } from '../../labeling/heads/multi-calibration'
import { crossValidate, fitOneVsRest, type MultiLabels } from '../../labeling/heads/one-vs-rest'
import type { Guesses as Opinion } from '../../labeling/strategies/strategy'
import { type Columns, setGuesses, unknown } from './columns'
import { type Guesses, inForce, type MultiColumns } from './multi-columns'
import type { RunInUse } from './run'

/**
 * What "not said" counts against a class where others were said (Cole et al. 2021, "Multi-label learning from single positive labels":
 * assumed negatives count less than positives).
 */
const assumedWeight = 0.5
/** A class whose probability is at least this is a pseudo-label. */
const least = 0.5
/** Rows × classes × dimensions of a fit: hints beyond are left out evenly, then labels. */
const mostProducts = 8e6

/** What heads fitted on the labels in force think of every row. @throws HandfulError NOT_READY */
export function opinionOf(run: RunInUse, multi: MultiColumns, seed: number): MultiFit {
  const { labels, used } = trainingLabels(run, multi)
  if (used.length === 0)
    throw new HandfulError('NOT_READY', { needs: 'labeled images that have a class, and others that do not have it' })
  const { rows, columns: dimensions, data: embeddings } = run.embeddings
  const input = { embeddings, rows, dimensions, labels }
  const said = (position: number) => inForce(multi, run.ordinals[labels.rows[position]!]!)
  const seen = (position: number) => said(position).some(({ source }) => source !== 'grouped' && source !== 'propagated')
  const fair = [...labels.rows.keys()].filter((position) => said(position).some(({ drawn }) => drawn))
  const validated = crossValidate(input, seen, seed)
  const calibrated = validated && calibrateMulti(labels, validated, fair, seed)
  const probabilities = applyCalibration(fitOneVsRest(input), calibrated?.byClass ?? [])
  const opinion = {
    probabilities,
    classCount: used.length,
    exponent: 1,
    independent: true,
    confidences: leastSure(probabilities, used.length),
    heldOut: validated?.f1 ?? null,
  }
  const measured = validated && measureMulti(input, validated, calibrated!, fair, seen, seed)
  return { opinion, labels, used, measured }
}

export interface MultiFit {
  /** For query strategies. */
  opinion: Opinion
  labels: MultiLabels
  /** Class index of each class that was fitted. */
  used: number[]
  measured: Measured | null
}

/** Of each row, how sure the decision is that is least sure. */
const leastSure = (probabilities: Float32Array, classCount: number) =>
  Float32Array.from({ length: probabilities.length / classCount }, (_, row) =>
    probabilities.subarray(row * classCount, (row + 1) * classCount).reduce((least, p) => Math.min(least, Math.max(p, 1 - p)), 1),
  )

/** Fits on the labels in force; its pseudo-labels are in force here at once. @throws HandfulError NOT_READY */
export function fitMultiLabel(run: RunInUse, columns: Columns, multi: MultiColumns, seed: number) {
  const began = performance.now()
  const { opinion, labels, used, measured } = opinionOf(run, multi, seed)
  const guesses = guessesOf(opinion.probabilities, used.length, run.ordinals, columns.count)
  setGuesses(columns, used, guesses)
  const f1 = opinion.heldOut
  return {
    opinion,
    multiLabels: labels,
    fitted: {
      method: 'one-vs-rest',
      title: 'One head per class',
      crossValidated: f1 === null ? ({} as Record<string, number>) : { 'one-vs-rest': f1 },
      labels: labels.rows.length,
      milliseconds: performance.now() - began,
      measured,
    },
    runId: run.id,
    classes: used.map((index) => columns.classes[index]!),
    seq: columns.sequence,
    starts: guesses.starts,
    predictions: guesses.classes,
    confidences: guesses.confidences,
  }
}

/** `used`: class index of each target column; those with samples that are and samples that are not of them. */
export function trainingLabels({ ordinals, embeddings }: RunInUse, multi: MultiColumns): { labels: MultiLabels; used: number[] } {
  const heard = [...ordinals.keys()].filter((row) =>
    multi.said.get(ordinals[row]!)?.some(({ source }) => source !== 'propagated'),
  )
  const targetOf = (row: number, index: number) => target(multi, ordinals[row]!, index)
  const classes = new Set(heard.flatMap((row) => inForce(multi, ordinals[row]!).map(({ index }) => index)))
  const rows = thinned(heard, ordinals, multi, mostProducts / (Math.max(1, classes.size) * embeddings.columns))
  const used = [...classes]
    .filter((index) => index !== unknown)
    .sort((a, b) => a - b)
    .filter((index) => rows.some((row) => targetOf(row, index) > 0) && rows.some((row) => targetOf(row, index) < 0))
  return {
    used,
    labels: {
      rows: Uint32Array.from(rows),
      targets: Float32Array.from(rows.flatMap((row) => used.map((index) => targetOf(row, index)))),
      classCount: used.length,
    },
  }
}

/** At most so many, in order: those that a person saw before hints, evenly. */
function thinned(rows: number[], ordinals: Uint32Array, { said }: MultiColumns, most: number): number[] {
  if (rows.length <= most) return rows
  const hint = (row: number) => said.get(ordinals[row]!)!.every(({ source }) => source === 'grouped')
  const seen = evenly(
    rows.filter((row) => !hint(row)),
    most,
  )
  return [...seen, ...evenly(rows.filter(hint), most - seen.length)].sort((a, b) => a - b)
}

function evenly(rows: number[], most: number): number[] {
  const every = Math.max(1, rows.length / Math.max(1, most))
  return most < 1 ? [] : Array.from({ length: Math.floor(rows.length / every) }, (_, at) => rows[Math.floor(at * every)]!)
}

/** See MultiLabels.targets. Accepted pseudo-labels teach nothing. */
function target({ said }: MultiColumns, ordinal: number, index: number): number {
  const heard = (said.get(ordinal) ?? []).filter(({ source }) => source !== 'propagated')
  const mine = heard.find((one) => one.index === index)
  if (mine) return (mine.inForce ? 1 : -1) * (mine.source === 'grouped' ? groupedWeight : 1)
  const others = heard.filter((one) => one.inForce)
  if (others.some((one) => one.index === unknown)) return -1
  if (others.length === 0) return 0
  return -assumedWeight * (others.every(({ source }) => source === 'grouped') ? groupedWeight : 1)
}

/** By ordinal, the surest first. */
function guessesOf(probabilities: Float32Array, classCount: number, ordinals: Uint32Array, count: number): Guesses {
  const rowOf = new Int32Array(count).fill(-1)
  ordinals.forEach((ordinal, row) => (rowOf[ordinal] = row))
  const starts = new Uint32Array(count + 1)
  const classes: number[] = []
  const confidences: number[] = []
  for (let ordinal = 0; ordinal < count; ordinal++) {
    const start = rowOf[ordinal]! * classCount
    const sure = rowOf[ordinal]! < 0 ? [] : Array.from(probabilities.subarray(start, start + classCount), (p, c) => ({ p, c }))
    for (const { p, c } of sure.filter(({ p }) => p >= least).sort((a, b) => b.p - a.p || a.c - b.c)) {
      classes.push(c)
      confidences.push(p)
    }
    starts[ordinal + 1] = classes.length
  }
  return { starts, classes: Uint16Array.from(classes), confidences: Float32Array.from(confidences) }
}
