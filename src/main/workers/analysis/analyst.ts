/** The open project as the analysis worker holds it; every question of the contract is a method here. */
import type { Query } from '@shared/contract/queries'
import type { SampleGroup } from '@shared/contract/samples'
import { HandfulError } from '@shared/errors'
import type { Likeness, SampleQuery } from '@shared/model'
import { MatrixProducts } from '../../engine/linear-algebra'
import { openReader, type Reader } from '../../store/reader'
import { Cleaning } from './cleaning'
import * as column from './columns'
import { Fields, momentsOf } from './fields'
import type { Found } from './found'
import { eachGuess, guessChanged } from './guesses'
import { HeadInUse } from './head-in-use'
import { listClusters } from './listed-clusters'
import { readMembership } from './membership'
import { PathIndex } from './path-index'
import { type Above, guessesAbove, histogram } from './pseudo-labels'
import { type Novelty, novelty } from './novelty'
import { momentRanks } from './order'
import { outward, pieces } from './outward'
import { runQuery } from './query'
import { RunInUse } from './run'

/** Of a million images each takes some 8 MB. */
const keptQueries = 4

export class Analyst {
  readonly #reader: Reader
  readonly #products: Promise<MatrixProducts>
  readonly columns: column.Columns
  run: RunInUse | null = null
  #head: HeadInUse | null = null
  /** Undefined until asked for since the last change of labels. */
  #novelty: Novelty | null | undefined
  #disagreement: Float32Array | null = null
  /** To what was asked for last. */
  #similar: { to: string; values: Float32Array | null } | null = null
  readonly fields: Fields
  readonly cleaning: Cleaning
  /** What queries need of the files, read when first asked for. */
  #files: { paths?: PathIndex; ranks?: Uint32Array; taken?: Float64Array; takenRanks?: Float32Array } = {}
  /** What was asked lately, the last one last: a grid asks for one page after the other, and panels beside it for what they show. */
  readonly #asked = new Map<string, Found>()

  constructor(projectFolder: string) {
    this.#reader = openReader(projectFolder)
    this.columns = column.emptyColumns(this.#reader)
    this.#products = MatrixProducts.create()
    this.fields = new Fields(() => ({ columns: this.columns, reader: this.#reader, run: this.run }))
    this.cleaning = new Cleaning(
      async () => ({ columns: this.columns, reader: this.#reader, run: this.needRun(), products: await this.#products }),
      () => (this.run ? this.query({ outlier: true, labeled: false, sort: 'ordinal', descending: false }).length : 0),
    )
    this.changed(['samples', 'labels', 'runs', 'predictions'])
  }

  changed(what: string[]): void {
    this.#asked.clear()
    this.cleaning.changed(what)
    if (['samples', 'labels', 'runs'].some((topic) => what.includes(topic))) {
      this.#novelty = undefined
      this.#disagreement = null
    }
    if (what.includes('samples') || what.includes('clusters') || what.includes('runs')) this.fields.forget()
    if (what.includes('samples')) this.#files = {}
    if (what.includes('samples') || what.includes('runs')) this.#similar = null
    if (what.includes('samples')) column.readSamples(this.columns, this.#reader)
    if (what.includes('labels') || what.includes('samples')) column.readLabels(this.columns, this.#reader)
    if (what.includes('runs') || what.includes('clusters')) this.#readRun()
    if (this.run && ['runs', 'clusters', 'samples', 'members'].some((topic) => what.includes(topic)))
      this.run.membership = readMembership(this.#reader)
    if (what.includes('runs') || what.includes('predictions')) {
      column.readPredictions(this.columns, this.#reader, this.run?.id ?? null)
    }
  }

  /** Computes what a query needs that takes long; before `query`. */
  async prepare(query: SampleQuery): Promise<void> {
    if (query.sort === 'disagreement' && !this.#disagreement) await this.#compareHeads()
    if (query.similar) await this.#findSimilar(query.similar)
    if (this.#novelty !== undefined || (query.novel === undefined && query.sort !== 'novelty')) return
    const run = this.needRun()
    const sequence = this.columns.sequence
    const found = await novelty(run, this.columns, await this.#products)
    if (sequence === this.columns.sequence && run === this.run) this.#novelty = found
    this.#asked.clear()
  }

  async #compareHeads(): Promise<void> {
    const sequence = this.columns.sequence
    const found = await (await this.#headInUse()).disagreement()
    if (sequence === this.columns.sequence) this.#disagreement = found
    this.#asked.clear()
  }

  async #findSimilar(likeness: Likeness): Promise<void> {
    const to = JSON.stringify(likeness)
    if (this.#similar?.to === to) return
    const run = this.run
    const values = run && (await run.similarities(likeness, await this.#products))
    if (run === this.run) this.#similar = { to, values }
    this.#asked.clear()
  }

  /** In the order of the query. Shared with later calls: not to be changed. */
  query(query: SampleQuery): Uint32Array {
    return this.#find(query).all()
  }

  page(query: SampleQuery, offset: number, limit: number): { total: number; ordinals: Uint32Array } {
    const found = this.#find(query)
    return { total: found.total, ordinals: found.page(offset, limit) }
  }

  #find(query: SampleQuery): Found {
    const asked = JSON.stringify(query)
    const found = this.#asked.get(asked) ?? this.#runQuery(query)
    this.#asked.delete(asked)
    this.#asked.set(asked, found)
    if (this.#asked.size > keptQueries) this.#asked.delete(this.#asked.keys().next().value!)
    return found
  }

  #runQuery(query: SampleQuery): Found {
    const reader = this.#reader
    const takenAt = () => (this.#files.taken ??= momentsOf(reader, this.columns.count))
    return runQuery(query, {
      columns: this.columns,
      clustersAt: (granularity) => this.run?.clustersAt(granularity) ?? null,
      positions: () => this.run?.positions() ?? null,
      typicality: query.sort === 'typicality' || query.outlier !== undefined ? (this.run?.typicality() ?? null) : null,
      outlierBelow: () => this.run?.outlierBelow() ?? null,
      spareCopies: () => this.cleaning.spareCopies(reader, this.columns),
      novelty: this.#novelty ?? null,
      disagreement: this.#disagreement,
      similarities: this.#similar?.values ?? null,
      field: (id) => this.fields.get(id, query.granularity ?? null),
      searchPaths: (text) => (this.#files.paths ??= new PathIndex(reader)).search(text),
      pathRanks: () => (this.#files.ranks ??= placesOf(reader.pathOrder(), this.columns.count)),
      takenAt,
      takenRanks: () => (this.#files.takenRanks ??= momentRanks(takenAt())),
    })
  }

  /** The groups of a query in its order. */
  groups(query: SampleQuery): SampleGroup[] {
    if (!query.groupBy) return []
    const { names, values } = this.fields.get(query.groupBy, query.granularity ?? null)
    const groups: SampleGroup[] = []
    let last: number | undefined
    for (const ordinal of this.query(query)) {
      if (values[ordinal] !== last) groups.push({ name: names[(last = values[ordinal]!)] ?? null, count: 0 })
      groups.at(-1)!.count++
    }
    return groups
  }

  pseudoLabels(ordinals: number[]): { classId: string; confidence: number }[][] {
    return ordinals.map((ordinal) => {
      const found: { classId: string; confidence: number }[] = []
      eachGuess(this.columns, ordinal, (index, confidence) => {
        const { classes, before } = this.columns
        const was = guessChanged(this.columns, ordinal) ? { before: classes[before[ordinal]!]! } : {}
        found.push({ classId: classes[index]!, confidence, ...was })
      })
      return found
    })
  }

  async neighbours(ordinal: number, count: number): Promise<{ ordinal: number; similarity: number }[]> {
    return (await this.run?.neighbours(ordinal, count, await this.#products)) ?? []
  }

  histogram = () => histogram(this.columns)
  guessesAbove = (above: Above) => guessesAbove(this.columns, above)

  clusters(granularity: number | null) {
    return this.run ? listClusters(this.run, granularity, this.columns) : { granularity: 0.5, clusters: [], outliers: 0 }
  }

  pieces(cluster: number, granularity: number): Uint32Array[] {
    return pieces(this.needRun(), this.query({ clusterId: cluster, granularity, sort: 'ordinal', descending: false }))
  }

  outward({ like, unlike, count, unlabeled }: { like: number[]; unlike: number[]; count: number; unlabeled: boolean }) {
    const { labels, files } = this.columns
    const open = (ordinal: number) => files[ordinal]! > 0 && (!unlabeled || labels[ordinal] === column.noLabel)
    return outward(this.needRun(), like, unlike, open, count)
  }

  async next(strategyId: string, count: number, seed: number): Promise<Query[]> {
    return (await this.#headInUse()).next(strategyId, count, seed)
  }

  /** Fits on the labels in force; its pseudo-labels are in force here at once. */
  async refit(seed: number) {
    const fitted = await (await this.#headInUse()).refit(seed)
    this.#asked.clear()
    return fitted
  }

  async #headInUse(): Promise<HeadInUse> {
    const run = this.needRun()
    const products = await this.#products
    this.#head ??= new HeadInUse(run, this.columns, products)
    return this.#head
  }

  /** @throws HandfulError NOT_READY */
  needRun(): RunInUse {
    if (!this.run || this.run.ordinals.length === 0) throw new HandfulError('NOT_READY', { needs: 'a pretrained encoder' })
    return this.run
  }

  #readRun(): void {
    const active = this.#reader.runs.active()
    this.#head = null
    this.run = active ? new RunInUse(this.#reader, active.id) : null
  }
}

function placesOf(order: Uint32Array, count: number): Uint32Array {
  const ranks = new Uint32Array(count)
  order.forEach((ordinal, rank) => (ranks[ordinal] = rank))
  return ranks
}
