/** The run in use: its embeddings, neighbours and clusters, by row and by ordinal. */
import { join } from 'node:path'
import { HandfulError } from '@shared/errors'
import type { Likeness } from '@shared/model'
import { type Level, levelAt } from '../../cluster/hierarchy'
import { readMap, type StoredMap } from '../../cluster/map2d/stored'
import { NearestKept } from '../../cluster/nearest-kept'
import type { Neighbours } from '../../cluster/neighbours'
import { readClusters, type StoredClusters } from '../../cluster/stored'
import { columnMeans, type Matrix, matrix, type MatrixProducts, normalizeRows } from '../../engine/linear-algebra'
import type { Graph } from '../../labeling/heads/head'
import { spreadGraph } from '../../labeling/heads/spread-graph'
import type { Reader } from '../../store/reader'
import { boardOrder } from './board-order'
import { canonicalRows } from './canonical-rows'
import { type Membership, noMembership, overlaid } from './membership'

/** What an image that is not wanted counts beside those that are. */
const unlikeWeight = 0.5

/** What takes seconds to read where there are a million images. */
interface Rows {
  ordinals: Uint32Array
  embeddings: Matrix
  rowOf: Int32Array
  mean: Float32Array
  stored: StoredClusters | null
}

export class RunInUse {
  readonly id: string
  readonly #reader: Reader
  readonly #folder: string
  #rows: Rows | null = null
  #map: StoredMap | null = null
  #graph: Graph | null = null
  #membership: Membership = noMembership
  #byRow = new Map<Level, ReturnType<typeof overlaid>>()
  #byOrdinal = new Map<Level, Int32Array>()
  #orders = new Map<Level, number[]>()

  constructor(reader: Reader, id: string) {
    this.id = id
    this.#reader = reader
    this.#folder = join(reader.folder, 'runs', id)
  }

  /** Read when first asked for: a project opens without it. */
  #read(): Rows {
    if (this.#rows) return this.#rows
    const { embeddings, ordinals } = canonicalRows(this.#reader, this.id)
    const mean = columnMeans(embeddings)
    const rowOf = new Int32Array(this.#reader.sampleCount()).fill(-1)
    ordinals.forEach((ordinal, row) => (rowOf[ordinal] = row))
    const stored = readClusters(this.#folder)
    const fits = stored && sameOrdinals(stored.ordinals, ordinals)
    this.#rows = { ordinals, embeddings: normalizeRows(lessMean(embeddings, mean)), rowOf, mean, stored: fits ? stored : null }
    return this.#rows
  }

  get ordinals(): Uint32Array {
    return this.#read().ordinals
  }

  /** [rows, dimensions], centred, each row of length 1. */
  get embeddings(): Matrix {
    return this.#read().embeddings
  }

  /** Row of each ordinal, −1 without embedding. */
  get rowOf(): Int32Array {
    return this.#read().rowOf
  }

  get stored(): StoredClusters | null {
    return this.#read().stored
  }

  /** For label spreading; null while the neighbours are not computed. */
  get graph(): Graph | null {
    if (!this.stored) return null
    const { rows, k, ids, similarities } = this.stored.neighbours
    this.#graph ??= spreadGraph(rows, k, ids, similarities)
    return this.#graph
  }

  /** Clusters that a person made lie over the clustering's own from now on. */
  set membership(membership: Membership) {
    this.#membership = membership
    this.#byRow = new Map()
    this.#byOrdinal = new Map()
    this.#orders = new Map()
  }

  get membership(): Membership {
    return this.#membership
  }

  /** Cluster of each row at a level, those that a person made among them. */
  shownAt(level: Level): ReturnType<typeof overlaid> {
    const known = this.#byRow.get(level) ?? overlaid(level.ids, this.ordinals, this.#membership)
    this.#byRow.set(level, known)
    return known
  }

  /** Clusters of a level as the board has them. */
  orderAt(level: Level): number[] {
    const known = this.#orders.get(level) ?? boardOrder(this.shownAt(level).ids, this.embeddings, this.#membership)
    this.#orders.set(level, known)
    return known
  }

  /** Entry of the annotation log at which it was clustered. */
  get clusteredAt(): number {
    return Number(this.#reader.meta.get(`clustered ${this.id}`) ?? 0)
  }

  level(granularity: number | null): Level | null {
    return this.stored && levelAt(this.stored.hierarchy, granularity)
  }

  /** Cluster ids by ordinal; −1 outliers and what has no cluster, below it those that a person made. */
  clustersAt(granularity: number | null): Int32Array | null {
    const level = this.level(granularity)
    if (!level) return null
    const known = this.#byOrdinal.get(level)
    if (known) return known
    const ids = new Int32Array(this.rowOf.length).fill(-1)
    const byRow = this.shownAt(level).ids
    this.ordinals.forEach((ordinal, row) => (ids[ordinal] = byRow[row]!))
    this.#byOrdinal.set(level, ids)
    return ids
  }

  /** x and y on the map by ordinal. */
  positions(): Float32Array | null {
    this.#map ??= readMap(this.#folder)
    return this.#map?.positions ?? null
  }

  /** Typicality below the lower fence, 1.5 interquartile ranges under the first quartile (Tukey 1977, section 2C). */
  outlierBelow(): number | null {
    const sorted = this.stored?.hierarchy.typicality.toSorted()
    if (!sorted?.length) return null
    const [first, third] = [0.25, 0.75].map((share) => sorted[Math.floor(share * (sorted.length - 1))]!)
    return first! - 1.5 * (third! - first!)
  }

  /** By ordinal: mean similarity to the neighbours. */
  typicality(): Float32Array | null {
    if (!this.stored) return null
    const { typicality } = this.stored.hierarchy
    const values = new Float32Array(this.rowOf.length)
    this.ordinals.forEach((ordinal, row) => (values[ordinal] = typicality[row]!))
    return values
  }

  /**
   * By ordinal: cosine to the mean of what it is to be like, less half of what it is not to be like (Rocchio 1971). NaN without embedding.
   * @throws HandfulError BAD_PARAMETER for an embedding of another run
   */
  async similarities(likeness: Likeness, products: MatrixProducts): Promise<Float32Array> {
    const { ordinals, embeddings, rowOf } = this.#read()
    const { data } = await products.product(embeddings, this.#direction(likeness))
    const found = new Float32Array(rowOf.length).fill(NaN)
    for (let row = 0; row < ordinals.length; row++) found[ordinals[row]!] = data[row]!
    return found
  }

  /** [dimensions, 1], of length 1. */
  #direction({ like, unlike, vectors }: Likeness): Matrix {
    const { embeddings, mean, rowOf } = this.#read()
    const { columns, data } = embeddings
    const wanted = new Float64Array(columns)
    const add = (vector: ArrayLike<number>, weight: number) => {
      for (let d = 0; d < columns; d++) wanted[d]! += vector[d]! * weight
    }
    const rowsOfOrdinals = (ordinals: number[]) => ordinals.map((ordinal) => rowOf[ordinal] ?? -1).filter((row) => row >= 0)
    const [near, far] = [rowsOfOrdinals(like), rowsOfOrdinals(unlike)]
    const share = 1 / Math.max(1, near.length + vectors.length)
    for (const row of near) add(data.subarray(row * columns, (row + 1) * columns), share)
    for (const row of far) add(data.subarray(row * columns, (row + 1) * columns), -unlikeWeight / far.length)
    for (const vector of vectors) {
      if (vector.length !== columns)
        throw new HandfulError('BAD_PARAMETER', {
          name: 'image to look for',
          reason: `it was embedded by another encoder (${vector.length} numbers, ${columns} now); add it again`,
        })
      const shifted = Float32Array.from(vector, (value, d) => value - mean[d]!)
      add(normalizeRows(matrix(1, columns, shifted)).data, share)
    }
    return matrix(columns, 1, normalizeRows(matrix(1, columns, Float32Array.from(wanted))).data)
  }

  async neighbours(ordinal: number, count: number, products: MatrixProducts): Promise<{ ordinal: number; similarity: number }[]> {
    const row = this.rowOf[ordinal] ?? -1
    if (row < 0) return []
    const near = this.stored?.neighbours
    if (near && count <= near.k) return this.#named(near, row, count)
    const { columns, data, rows } = this.embeddings
    const mine = matrix(columns, 1, data.slice(row * columns, (row + 1) * columns))
    const { data: all } = await products.product(this.embeddings, mine)
    const kept = new NearestKept(1, Math.min(count, rows - 1))
    kept.offer(0, all, 0, rows, 0, row)
    const found = kept.sorted()
    return this.#named(found, 0, found.k)
  }

  #named({ k, ids, similarities }: Neighbours, row: number, count: number) {
    return Array.from(ids.subarray(row * k, row * k + count), (other, at) => ({
      ordinal: this.ordinals[other]!,
      similarity: similarities[row * k + at]!,
    }))
  }
}

/** In place: of a million rows there is no second copy. */
function lessMean(x: Matrix, mean: Float32Array): Matrix {
  const { columns, data } = x
  for (let at = 0; at < data.length; at += columns) for (let d = 0; d < columns; d++) data[at + d]! -= mean[d]!
  return x
}

function sameOrdinals(a: Uint32Array, b: Uint32Array): boolean {
  return a.length === b.length && a.every((ordinal, row) => ordinal === b[row])
}
