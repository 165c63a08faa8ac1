/** The open project as the analysis worker holds it; every question of the contract is a method here. */
import type { Query } from '@shared/contract/queries'
import { HandfulError } from '@shared/errors'
import type { SampleQuery } from '@shared/model'
import { MatrixProducts } from '../../engine/linear-algebra'
import type { TrainingLabels } from '../../labeling/heads/head'
import { type Choice, fitBestHead } from '../../labeling/heads/select'
import { questions } from '../../labeling/strategies/questions'
import { strategies } from '../../labeling/strategies/registry'
import { openReader, type Reader } from '../../store/reader'
import * as column from './columns'
import { type Above, histogram, ordinalsAbove } from './pseudo-labels'
import { runQuery } from './query'
import { RunInUse } from './run'

/** What the unseen rest of a cluster named at once counts beside a label that was seen. */
const groupedWeight = 0.3
/** Hints used at most per class: more only slow the head down. */
const mostGrouped = 200

export class Analyst {
  readonly #reader: Reader
  readonly #products: Promise<MatrixProducts>
  readonly columns = column.emptyColumns()
  run: RunInUse | null = null
  #choice: Choice | null = null
  /** What was asked last: a grid asks for one page of it after the other. */
  #asked: { query: string; ordinals: Uint32Array } | null = null

  constructor(projectFolder: string) {
    this.#reader = openReader(projectFolder)
    this.#products = MatrixProducts.create()
    this.changed(['samples', 'labels', 'runs', 'predictions'])
  }

  changed(what: string[]): void {
    this.#asked = null
    if (what.includes('samples')) column.readSamples(this.columns, this.#reader)
    if (what.includes('labels') || what.includes('samples')) column.readLabels(this.columns, this.#reader)
    if (what.includes('runs') || what.includes('clusters')) this.#readRun()
    if (what.includes('runs') || what.includes('predictions')) {
      column.readPredictions(this.columns, this.#reader, this.run?.id ?? null)
    }
  }

  /** Shared with later calls: not to be changed. */
  query(query: SampleQuery): Uint32Array {
    const asked = JSON.stringify(query)
    if (this.#asked?.query !== asked) this.#asked = { query: asked, ordinals: this.#runQuery(query) }
    return this.#asked.ordinals
  }

  #runQuery(query: SampleQuery): Uint32Array {
    const clustersAt = (granularity: number | null) => this.run?.clustersAt(granularity) ?? null
    return runQuery(query, {
      columns: this.columns,
      reader: this.#reader,
      clustersAt,
      typicality: query.sort === 'typicality' ? (this.run?.typicality() ?? null) : null,
    })
  }

  pseudoLabels(ordinals: number[]): ({ classId: string; confidence: number } | null)[] {
    const { classes, predictions, confidences } = this.columns
    return ordinals.map((ordinal) =>
      column.hasPseudoLabel(this.columns, ordinal)
        ? { classId: classes[predictions[ordinal]!]!, confidence: confidences[ordinal]! }
        : null,
    )
  }

  histogram = () => histogram(this.columns)
  ordinalsAbove = (above: Above) => ordinalsAbove(this.columns, above)

  async next(strategyId: string, count: number, seed: number): Promise<Query[]> {
    const strategy = strategies.find(({ id }) => id === strategyId)
    if (!strategy) throw new HandfulError('UNKNOWN_ID', { what: 'query strategy', id: strategyId })
    const run = this.#needRun()
    const { labels, sources, files, predictions, confidences } = this.columns
    const guessed = run.ordinals.some((ordinal) => predictions[ordinal] !== column.noLabel)
    const isLabeled = (ordinal: number) => labels[ordinal] !== column.noLabel
    const answered = run.ordinals.filter((ordinal) => isLabeled(ordinal) && column.sourceNames[sources[ordinal]!] === 'human')
    const asked = await questions(
      strategy,
      {
        embeddings: run.embeddings,
        labeled: Uint8Array.from(run.ordinals, (ordinal) => Number(isLabeled(ordinal) || files[ordinal] === 0)),
        typicality: run.stored?.hierarchy.typicality ?? new Float32Array(run.ordinals.length),
        confidences: guessed ? Float32Array.from(run.ordinals, (ordinal) => confidences[ordinal]!) : new Float32Array(0),
        products: await this.#products,
      },
      { count, answered: answered.length, seed },
    )
    return asked.map(({ row, ...rest }) => ({ ordinal: run.ordinals[row]!, ...rest }))
  }

  /** Fits on the labels in force; its pseudo-labels are in force here at once. */
  refit(seed: number) {
    const began = performance.now()
    const run = this.#needRun()
    const { graph } = run
    if (!graph) throw new HandfulError('NOT_READY', { needs: 'the neighbours of the images, which clustering computes' })
    const { labels, classes } = this.#trainingLabels(run)
    const { rows, columns: dimensions, data: embeddings } = run.embeddings
    const { fitted, choice } = fitBestHead({ embeddings, rows, dimensions, graph, labels }, seed, this.#choice)
    this.#choice = choice
    const predictions = new Uint16Array(this.columns.count).fill(column.noLabel)
    const confidences = new Float32Array(this.columns.count)
    run.ordinals.forEach((ordinal, row) => {
      predictions[ordinal] = fitted.predictions[row]!
      confidences[ordinal] = fitted.confidences[row]!
    })
    const map = classes.map((uuid) => this.columns.classes.indexOf(uuid))
    column.setPredictions(this.columns, map, predictions, confidences)
    this.#asked = null
    const { method, title, crossValidated } = fitted
    const milliseconds = performance.now() - began
    return {
      fitted: { method, title, crossValidated, labels: labels.rows.length, milliseconds },
      runId: run.id,
      classes,
      seq: this.columns.sequence,
      predictions,
      confidences,
    }
  }

  #needRun(): RunInUse {
    if (!this.run || this.run.ordinals.length === 0) throw new HandfulError('NOT_READY', { needs: 'a pretrained encoder' })
    return this.run
  }

  #readRun(): void {
    const active = this.#reader.runs.active()
    if (active?.id !== this.run?.id) this.#choice = null
    this.run = active ? new RunInUse(this.#reader, active.id) : null
  }

  /** Accepted pseudo-labels never train, nor does "unknown"; hints count less. Rows in canonical order. */
  #trainingLabels({ ordinals }: RunInUse): { labels: TrainingLabels; classes: string[] } {
    const { labels, sources, classes } = this.columns
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
    return {
      classes: used.map((label) => classes[label]!),
      labels: {
        rows: Uint32Array.from(rows),
        classes: Uint16Array.from(rows, (row) => indexOf.get(labels[ordinals[row]!]!)!),
        weights: Float32Array.from(rows, (row) => (source(ordinals[row]!) === 'grouped' ? groupedWeight : 1)),
        classCount: used.length,
      },
    }
  }
}
