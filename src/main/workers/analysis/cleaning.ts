/** What may be wrong in the open project: labels, copies labeled apart, classes that overlap. Computed when asked, kept until labels or images change. */
import { HandfulError } from '@shared/errors'
import type { CleaningSummary, Overlap, Stack, SuspectRow } from '@shared/contract/cleaning'
import { DisjointSets } from '../../engine/disjoint-sets'
import type { MatrixProducts } from '../../engine/linear-algebra'
import { bestFirst } from '../../labeling/cleaning/best-shot'
import { cleaningFolds, suspects } from '../../labeling/cleaning/suspects'
import { blendHead } from '../../labeling/heads/blend'
import { calibrate, tempered } from '../../labeling/heads/calibration'
import { fitter } from '../../labeling/heads/head'
import { softmaxHead } from '../../labeling/heads/softmax'
import type { Reader } from '../../store/reader'
import { type Columns, noLabel, sourceNames, unknown } from './columns'
import { inForce } from './multi-columns'
import { findMultiSuspects } from './multi-suspects'
import type { RunInUse } from './run'

/** Fewer labels than this, or all of one class, say nothing of each other. */
const fewest = 10
/** Rows × classes of five folds that are worth spreading on the graph. */
const mostCells = 2e7
/** A pair of classes overlaps from this many labels on. */
const fewestShared = 2
const mostOverlaps = 50

interface Held {
  columns: Columns
  reader: Reader
  run: RunInUse
  products: MatrixProducts
}

interface Suspects {
  rows: SuspectRow[]
  /** How many clearly look like another class. */
  clear: number
  overlaps: Overlap[]
}

interface Page {
  offset: number
  limit: number
}

export class Cleaning {
  readonly #held: () => Promise<Held>
  readonly #outliers: () => number
  #suspects: Promise<Suspects> | null = null
  #stacks: Uint32Array[] | null = null

  /** @param outliers how many unlabeled ones there are */
  constructor(held: () => Promise<Held>, outliers: () => number) {
    this.#held = held
    this.#outliers = outliers
  }

  changed(what: string[]): void {
    if (['samples', 'labels', 'runs', 'clusters'].some((topic) => what.includes(topic))) this.#suspects = null
    if (['samples', 'clusters'].some((topic) => what.includes(topic))) this.#stacks = null
  }

  async summary(): Promise<CleaningSummary> {
    const stacks = (await this.#allStacks()).filter(({ conflict }) => conflict)
    const told = { stacks: this.#stacks!.length, conflicts: stacks.length, outliers: this.#outliers() }
    try {
      const { rows, ...found } = await this.#found()
      return { ...told, ...found, suspects: rows.length, waitingFor: null }
    } catch (cause) {
      if (!(cause instanceof HandfulError) || cause.code !== 'NOT_READY') throw cause
      return { ...told, suspects: null, waitingFor: cause.message, clear: 0, overlaps: [] }
    }
  }

  async suspects({ between, offset, limit }: Page & { between?: [string, string] | undefined }) {
    const { rows } = await this.#found()
    const isOne = (classId: string | null) => classId !== null && (between?.includes(classId) ?? true)
    const asked = between ? rows.filter(({ given, suggested }) => isOne(given) && isOne(suggested)) : rows
    return { total: asked.length, rows: asked.slice(offset, offset + limit) }
  }

  async stacks({ conflicts, offset, limit }: Page & { conflicts: boolean }) {
    const all = (await this.#allStacks()).filter(({ conflict }) => conflict || !conflicts)
    all.sort((a, b) => Number(b.conflict) - Number(a.conflict))
    return { total: all.length, rows: all.slice(offset, offset + limit) }
  }

  #found(): Promise<Suspects> {
    this.#suspects ??= this.#held().then(findSuspects)
    return this.#suspects
  }

  /** 1 for members of stacks that are not their best, by ordinal. */
  spareCopies(reader: Reader, columns: Columns): Uint8Array {
    this.#stacks ??= findStacks(reader, columns)
    const spare = new Uint8Array(columns.count)
    for (const stack of this.#stacks) for (const ordinal of stack.subarray(1)) spare[ordinal] = 1
    return spare
  }

  async #allStacks(): Promise<Stack[]> {
    const { reader, columns } = await this.#held()
    this.#stacks ??= findStacks(reader, columns)
    return this.#stacks.map((ordinals) => labeledStack(ordinals, columns))
  }
}

/** @throws HandfulError NOT_READY when there is too little to go by */
async function findSuspects({ columns, reader, run, products }: Held): Promise<Suspects> {
  if (columns.multi) return findMultiSuspects({ columns, reader, run }, columns.multi, fewest)
  const { graph, ordinals } = run
  if (!graph) throw new HandfulError('NOT_READY', { needs: 'the neighbours of the images, which clustering computes' })
  // In canonical order; a guess that was accepted is no second opinion.
  const rows = [...ordinals.keys()].filter((row) => {
    const label = columns.labels[ordinals[row]!]!
    return label !== noLabel && label !== unknown && sourceNames[columns.sources[ordinals[row]!]!] !== 'propagated'
  })
  const used = [...new Set(rows.map((row) => columns.labels[ordinals[row]!]!))].sort((a, b) => a - b)
  if (rows.length < fewest || used.length < 2)
    throw new HandfulError('NOT_READY', { needs: `at least ${fewest} labels of at least two classes` })
  const indexOf = new Map(used.map((label, index) => [label, index]))
  const classes = Uint16Array.from(rows, (row) => indexOf.get(columns.labels[ordinals[row]!]!)!)
  const folds = cleaningFolds(classes, 0)
  const labels = {
    rows: Uint32Array.from(rows),
    classes,
    weights: new Float32Array(rows.length).fill(1),
    classCount: used.length,
  }
  const { data, columns: dimensions, rows: all } = run.embeddings
  const input = { embeddings: data, rows: all, dimensions, graph, labels, products }
  const head = all * used.length * 5 <= mostCells ? blendHead : softmaxHead
  const { heldOut } = await fitter(input, folds)(head)
  const judged = [...folds.keys()].filter((position) => folds[position]! >= 0)
  tempered(heldOut, used.length, calibrate(heldOut, judged, classes, used.length))
  const { found, joint } = suspects(heldOut, classes, folds, used.length)
  const uuidOf = (index: number) => columns.classes[used[index]!]!
  const kept = new Set(Array.from(reader.labels.confirmed(), ({ ordinal }) => ordinal))
  const suspected = found.map(({ position, suggested, confidence, support }) => ({
    ordinal: ordinals[rows[position]!]!,
    given: uuidOf(classes[position]!),
    suggested: uuidOf(suggested),
    confidence,
    support,
  }))
  const rowsShown = suspected.filter(({ ordinal }) => !kept.has(ordinal) && columns.files[ordinal]! > 0)
  return {
    rows: rowsShown,
    clear: Math.min(
      rowsShown.length,
      joint.reduce((sum, count, at) => sum + (at % (used.length + 1) === 0 ? 0 : count), 0),
    ),
    overlaps: overlapsOf(joint, classes, used.length).map(({ a, b, ...counts }) => ({
      ...counts,
      classId: uuidOf(a),
      otherId: uuidOf(b),
    })),
  }
}

/** Pairs by the share of their labels that look like the other. */
function overlapsOf(joint: Uint32Array, classes: Uint16Array, count: number) {
  const totals = new Uint32Array(count)
  for (const one of classes) totals[one]!++
  const pairs = []
  for (let a = 0; a < count; a++) {
    for (let b = a + 1; b < count; b++) {
      const shared = joint[a * count + b]! + joint[b * count + a]!
      if (shared >= fewestShared) pairs.push({ a, b, shared, of: totals[a]! + totals[b]! })
    }
  }
  return pairs.sort((x, y) => y.shared / y.of - x.shared / x.of).slice(0, mostOverlaps)
}

/** Groups of near copies and of equal pixels that are there, the best shot first; each at least two. */
function findStacks(reader: Reader, { files, area, count }: Columns): Uint32Array[] {
  const groups = new DisjointSets(count)
  for (const copies of [reader.equalPixels(), reader.nearCopies()])
    copies.forEach((first, ordinal) => first !== ordinal && groups.join(first, ordinal))
  const members = new Map<number, number[]>()
  for (let ordinal = 0; ordinal < count; ordinal++) {
    const group = groups.of(ordinal)
    if (files[ordinal] === 0) continue
    const known = members.get(group)
    if (known) known.push(ordinal)
    else members.set(group, [ordinal])
  }
  const stacks = [...members.values()].filter((ordinals) => ordinals.length > 1)
  const sharpness = stacks.length > 0 ? reader.sharpness() : new Float32Array(0)
  return stacks.map((ordinals) => bestFirst(ordinals, area, sharpness))
}

/** A stack beside the labels of its members: labeled apart when two of them differ. */
function labeledStack(ordinals: Uint32Array, columns: Columns): Stack {
  const counts = new Map<string, number>()
  for (const ordinal of ordinals) {
    const label = columns.labels[ordinal]!
    if (label === noLabel) continue
    const key = columns.multi ? String(inForce(columns.multi, ordinal).map(({ index }) => index).sort()) : String(label) // prettier-ignore
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  const [first] = [...counts].sort(([, a], [, b]) => b - a)
  const label = first && !columns.multi ? Number(first[0]) : noLabel
  return {
    ordinals: [...ordinals],
    conflict: counts.size > 1,
    suggested: label === noLabel || label === unknown ? null : columns.classes[label]!,
  }
}
