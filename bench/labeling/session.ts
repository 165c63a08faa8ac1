/** A simulated labeling session on embeddings: asks, answers with the truth, refits, scores what has no label. */
import type { MatrixProducts } from '../../src/main/engine/linear-algebra'
import { fitter, type Head, type HeadInput, type Memory, type TrainingLabels } from '../../src/main/labeling/heads/head'
import type { Guess } from '../../src/main/labeling/heads/reliability'
import { type Choice, type FittedHead, fitBestHead } from '../../src/main/labeling/heads/select'
import { grouping } from '../../src/main/labeling/strategies/grouping'
import { type Question, questions } from '../../src/main/labeling/strategies/questions'
import type { Pool, Strategy } from '../../src/main/labeling/strategies/strategy'
import type { EmbeddedSet } from './embedded-set'

export class Session {
  readonly set: EmbeddedSet
  readonly #products: MatrixProducts
  readonly #seed: number
  readonly #groups: Pool['groups']
  readonly #memory: Memory = new Map()
  readonly labeled: Uint8Array
  readonly asked: { row: number; drawn: boolean }[] = []
  #choice: Choice | null = null
  #fitted: FittedHead | null = null

  constructor(set: EmbeddedSet, products: MatrixProducts, seed: number) {
    this.set = set
    this.#products = products
    this.#seed = seed
    this.#groups = grouping(set.x, products)
    this.labeled = new Uint8Array(set.x.rows)
  }

  /** Asks and answers, then refits where there are two classes. */
  async label(strategy: Strategy, count: number): Promise<void> {
    for (const { row, drawn } of await this.questions(strategy, count)) this.answer(row, drawn !== null)
    await this.refit()
  }

  questions(strategy: Strategy, count: number): Promise<Question[]> {
    const { x: embeddings, typicality } = this.set
    const { labels } = this.#labels()
    const fitted = this.#fitted
    const guesses = fitted && {
      ...fitted,
      classCount: fitted.probabilities.length / embeddings.rows,
      heldOut: fitted.crossValidated[fitted.method] ?? null,
    }
    const pool = {
      embeddings,
      labeled: this.labeled,
      typicality,
      labels,
      guesses,
      products: this.#products,
      groups: this.#groups,
    }
    return questions(strategy, pool, { count, answered: this.asked.length, seed: this.#seed })
  }

  /** With the truth. */
  answer(row: number, drawn = false): void {
    if (this.labeled[row]) return
    this.labeled[row] = 1
    this.asked.push({ row, drawn })
  }

  /** Share right of the rows without a label; without a head none is. */
  accuracy(): number {
    const guesses = this.guesses()
    return guesses.filter(({ right }) => right).length / Math.max(1, guesses.length)
  }

  /** Of the rows without a label: class (−1 without a head) and confidence. */
  predicted(): { row: number; predicted: number; confidence: number }[] {
    const { used } = this.#labels()
    const open = [...this.labeled.keys()].filter((row) => !this.labeled[row])
    return open.map((row) => ({
      row,
      predicted: used[this.#fitted?.predictions[row] ?? -1] ?? -1,
      confidence: this.#fitted?.confidences[row] ?? 0,
    }))
  }

  guesses(): Guess[] {
    return this.predicted().map(({ row, predicted, confidence }) => ({ confidence, right: predicted === this.set.truth[row] }))
  }

  /** Share of all rows of some classes that end up with their class: labeled, or guessed right. */
  recall(classes: readonly number[]): number {
    const { used } = this.#labels()
    const mine = this.set.truth.flatMap((c, row) => (classes.includes(c) ? row : []))
    const right = mine.filter(
      (row) => this.labeled[row] === 1 || used[this.#fitted?.predictions[row] ?? -1] === this.set.truth[row],
    )
    return right.length / Math.max(1, mine.length)
  }

  /** Share right of the rows without a label, by a head that the app may not have chosen. */
  async accuracyOf(head: Head): Promise<number> {
    const { used } = this.#labels()
    const { probabilities } = await fitter(this.#input(), null)(head)
    const open = [...this.labeled.keys()].filter((row) => !this.labeled[row])
    const right = open.filter((row) => {
      const mine = probabilities.subarray(row * used.length, (row + 1) * used.length)
      return used[mine.indexOf(Math.max(...mine))] === this.set.truth[row]
    })
    return right.length / Math.max(1, open.length)
  }

  async refit(): Promise<void> {
    const { used, fair } = this.#labels()
    if (used.length < 2) return
    const options = { seed: 0, earlier: this.#choice, memory: this.#memory, fair }
    const { fitted, choice } = await fitBestHead(this.#input(), options)
    this.#choice = choice
    this.#fitted = fitted
  }

  #input(): HeadInput {
    const { x, graph } = this.set
    const { labels } = this.#labels()
    return { embeddings: x.data, rows: x.rows, dimensions: x.columns, graph, labels, products: this.#products }
  }

  /** As the app has them: only classes that were met, rows in order. */
  #labels(): { labels: TrainingLabels; used: number[]; fair: number[] } {
    const { truth } = this.set
    const asked = this.asked.toSorted((a, b) => a.row - b.row)
    const used = [...new Set(asked.map(({ row }) => truth[row]!))].sort((a, b) => a - b)
    const labels = {
      rows: Uint32Array.from(asked, ({ row }) => row),
      classes: Uint16Array.from(asked, ({ row }) => used.indexOf(truth[row]!)),
      weights: new Float32Array(asked.length).fill(1),
      classCount: used.length,
      keys: used.map(String),
    }
    return { labels, used, fair: [...asked.keys()].filter((position) => asked[position]!.drawn) }
  }
}
