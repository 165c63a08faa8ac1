/** The head of the run in use: refits it, remembers what it thinks, and asks strategies what to label next. */
import { groupedWeight } from '@shared/model'
import type { Query } from '@shared/contract/queries'
import { HandfulError } from '@shared/errors'
import type { MatrixProducts } from '../../engine/linear-algebra'
import { fitter, type Memory, type TrainingLabels } from '../../labeling/heads/head'
import { type Choice, fitBestHead } from '../../labeling/heads/select'
import { softmaxHead } from '../../labeling/heads/softmax'
import { spreadHead } from '../../labeling/heads/spread'
import { grouping } from '../../labeling/strategies/grouping'
import { questions } from '../../labeling/strategies/questions'
import { strategies } from '../../labeling/strategies/registry'
import type { MultiLabels } from '../../labeling/heads/one-vs-rest'
import type { Guesses, Pool } from '../../labeling/strategies/strategy'
import * as column from './columns'
import { fitMultiLabel, opinionOf, trainingLabels } from './multi-label'
import type { MultiColumns } from './multi-columns'
import type { RunInUse } from './run'

/** Hints used at most per class: more only slow the head down. */
const mostGrouped = 200

export class HeadInUse {
  readonly #run: RunInUse
  readonly #columns: column.Columns
  readonly #products: MatrixProducts
  readonly #groups: Pool['groups']
  readonly #memory: Memory = new Map()
  #choice: Choice | null = null
  #guesses: Guesses | null = null
  /** What they were fitted on in a multi-label project. */
  #multiLabels: MultiLabels | null = null

  constructor(run: RunInUse, columns: column.Columns, products: MatrixProducts) {
    this.#run = run
    this.#columns = columns
    this.#products = products
    this.#groups = grouping(run.embeddings, products)
  }

  /**
   * Fits on the labels in force; its pseudo-labels are in force in the columns at once.
   * @throws HandfulError NOT_READY
   */
  async refit(seed: number) {
    const { multi } = this.#columns
    return multi ? this.#refitMulti(multi, seed) : this.#refitSingle(seed)
  }

  #refitMulti(multi: MultiColumns, seed: number) {
    this.#guesses = null
    const { opinion, multiLabels, ...refitted } = fitMultiLabel(this.#run, this.#columns, multi, seed)
    this.#guesses = opinion
    this.#multiLabels = multiLabels
    return refitted
  }

  async #refitSingle(seed: number) {
    const began = performance.now()
    const { ordinals, id: runId } = this.#run
    const { fitted, choice, labels, classes, seq } = await this.#fit(seed)
    const { method, title, crossValidated } = fitted
    const predictions = new Uint16Array(this.#columns.count).fill(column.noLabel)
    const confidences = new Float32Array(this.#columns.count)
    ordinals.forEach((ordinal, row) => {
      predictions[ordinal] = fitted.predictions[row]!
      confidences[ordinal] = fitted.confidences[row]!
    })
    const map = classes.map((uuid) => this.#columns.classes.indexOf(uuid))
    this.#columns.before = this.#columns.predictions.slice()
    column.setPredictions(this.#columns, map, predictions, confidences)
    return {
      fitted: {
        method,
        title,
        crossValidated,
        labels: labels.rows.length,
        milliseconds: performance.now() - began,
        measured: choice.measured,
      },
      runId,
      classes,
      seq,
      starts: null,
      predictions,
      confidences,
    }
  }

  /** What questions go by. @throws HandfulError NOT_READY */
  async #fit(seed: number) {
    const { graph, embeddings } = this.#run
    if (!graph) throw new HandfulError('NOT_READY', { needs: 'the neighbours of the images, which clustering computes' })
    this.#guesses = null
    const { labels, classes, fair } = this.#labels()
    // Labels may come while it computes: what it answers is of these.
    const seq = this.#columns.sequence
    const { rows, columns: dimensions, data } = embeddings
    const input = { embeddings: data, rows, dimensions, graph, labels, products: this.#products }
    const options = { seed, earlier: this.#choice, memory: this.#memory, fair }
    const { fitted, choice } = await fitBestHead(input, options)
    this.#choice = choice
    const { method, crossValidated, probabilities, exponent } = fitted
    this.#guesses = {
      probabilities,
      exponent,
      classCount: labels.classCount,
      confidences: fitted.confidences,
      heldOut: crossValidated[method] ?? null,
    }
    return { fitted, choice, labels, classes, seq }
  }

  /**
   * By ordinal, 0–1: half the summed difference between what spreading on the graph and the softmax head say (total variation); NaN without embedding.
   * @throws HandfulError NOT_READY
   */
  async disagreement(): Promise<Float32Array> {
    const { graph, embeddings, ordinals } = this.#run
    const { labels } = this.#labels()
    if (!graph || labels.classCount < 2) throw new HandfulError('NOT_READY', { needs: 'labels of at least two classes' })
    const { rows, columns: dimensions, data } = embeddings
    const fit = fitter({ embeddings: data, rows, dimensions, graph, labels, products: this.#products }, null)
    const [one, other] = [(await fit(spreadHead)).probabilities, (await fit(softmaxHead)).probabilities]
    const found = new Float32Array(this.#columns.count).fill(NaN)
    ordinals.forEach((ordinal, row) => {
      let sum = 0
      for (let at = row * labels.classCount; at < (row + 1) * labels.classCount; at++) sum += Math.abs(one[at]! - other[at]!)
      found[ordinal] = sum / 2
    })
    return found
  }

  /** @throws HandfulError UNKNOWN_ID */
  async next(strategyId: string, count: number, seed: number): Promise<Query[]> {
    const strategy = strategies.find(({ id }) => id === strategyId)
    if (!strategy) throw new HandfulError('UNKNOWN_ID', { what: 'query strategy', id: strategyId })
    const { ordinals, embeddings, stored, graph } = this.#run
    const { labels, sources, files, multi } = this.#columns
    const pooled = this.#labels().labels
    // A project that was just opened has its head's guesses in store, but not what they were made of.
    if (!this.#guesses && multi) this.#recall(multi)
    if (!this.#guesses && !multi && graph && pooled.classCount > 1) await this.#fit(0)
    const isLabeled = (ordinal: number) => labels[ordinal] !== column.noLabel
    const answered = ordinals.filter((ordinal) => isLabeled(ordinal) && column.sourceNames[sources[ordinal]!] === 'human')
    const pool: Pool = {
      embeddings,
      labeled: Uint8Array.from(ordinals, (ordinal) => Number(isLabeled(ordinal) || files[ordinal] === 0)),
      typicality: stored?.hierarchy.typicality ?? new Float32Array(ordinals.length),
      labels: pooled,
      ...(multi && this.#multiLabels && { multi: this.#multiLabels }),
      guesses: this.#guesses,
      products: this.#products,
      groups: this.#groups,
    }
    const asked = await questions(strategy, pool, { count, answered: answered.length, seed })
    return asked.map(({ row, ...rest }) => ({ ordinal: ordinals[row]!, ...rest }))
  }

  #recall(multi: MultiColumns): void {
    if (trainingLabels(this.#run, multi).used.length === 0) return
    const { opinion, labels } = opinionOf(this.#run, multi, 0)
    this.#guesses = opinion
    this.#multiLabels = labels
  }

  /** Accepted pseudo-labels never train, nor does "unknown"; hints count less. Rows in canonical order. */
  #labels(): { labels: TrainingLabels; classes: string[]; fair: number[] } {
    const { labels, sources, drawn, classes } = this.#columns
    const { ordinals } = this.#run
    const source = (ordinal: number) => column.sourceNames[sources[ordinal]!]
    const grouped = new Map<number, number>()
    const rows = [...ordinals.keys()].filter((row) => {
      const ordinal = ordinals[row]!
      const label = labels[ordinal]!
      if (label === column.noLabel || label === column.unknown || source(ordinal) === 'propagated') return false
      if (source(ordinal) !== 'grouped') return true
      grouped.set(label, (grouped.get(label) ?? 0) + 1)
      return grouped.get(label)! <= mostGrouped
    })
    const used = [...new Set(rows.map((row) => labels[ordinals[row]!]!))].sort((a, b) => a - b)
    const indexOf = new Map(used.map((label, index) => [label, index]))
    const keys = used.map((label) => classes[label]!)
    return {
      classes: keys,
      fair: [...rows.keys()].filter((position) => drawn[ordinals[rows[position]!]!] === 1),
      labels: {
        rows: Uint32Array.from(rows),
        classes: Uint16Array.from(rows, (row) => indexOf.get(labels[ordinals[row]!]!)!),
        weights: Float32Array.from(rows, (row) => (source(ordinals[row]!) === 'grouped' ? groupedWeight : 1)),
        classCount: used.length,
        keys,
      },
    }
  }
}
