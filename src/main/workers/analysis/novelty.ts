/** How little a sample is like anything labeled: what may be of no class, or of one that nobody has named yet. */
import { matrix, type MatrixProducts, rowsOf } from '../../engine/linear-algebra'
import { type Columns, noLabel, sourceNames, unknown } from './columns'
import type { RunInUse } from './run'

/** Labeled samples compared with, per class and in all. */
const perClass = 12
const most = 800
const block = 4096
/** Fewer say nothing about how near labeled samples are to each other. */
const fewest = 10
/** Share of labeled samples that are as near to the others as the threshold says. */
const share = 0.95

export interface Novelty {
  /** By ordinal: 1 − cosine to the nearest labeled sample, itself left out. */
  values: Float32Array
  /** Conformal: 95 % of the labeled samples are nearer to another labeled one than this. */
  threshold: number
}

/** Null while there are too few labels. */
export async function novelty(run: RunInUse, columns: Columns, products: MatrixProducts): Promise<Novelty | null> {
  const exemplars = chosen(run, columns)
  if (exemplars.length < fewest) return null
  const { embeddings, ordinals } = run
  const { columns: dimensions, data, rows } = embeddings
  const compared = matrix(exemplars.length, dimensions)
  exemplars.forEach((row, at) => compared.data.set(data.subarray(row * dimensions, (row + 1) * dimensions), at * dimensions))
  const own = new Map(exemplars.map((row, at) => [row, at]))
  const values = new Float32Array(columns.count)
  for (let first = 0; first < rows; first += block) {
    const end = Math.min(rows, first + block)
    const similar = await products.productRight(rowsOf(embeddings, first, end), compared)
    for (let row = first; row < end; row++) {
      let nearest = -1
      for (let at = 0; at < exemplars.length; at++) {
        const similarity = similar.data[(row - first) * exemplars.length + at]!
        if (similarity > nearest && own.get(row) !== at) nearest = similarity
      }
      values[ordinals[row]!] = 1 - nearest
    }
  }
  const reference = Float32Array.from(exemplars, (row) => values[ordinals[row]!]!).sort()
  return { values, threshold: reference[Math.min(reference.length - 1, Math.ceil(share * (reference.length + 1)) - 1)]! }
}

/** Rows with a label that somebody gave, evenly from every class. */
function chosen({ ordinals }: RunInUse, { labels, sources }: Columns): number[] {
  const given = [...ordinals.keys()].filter((row) => {
    const ordinal = ordinals[row]!
    const label = labels[ordinal]!
    return label !== noLabel && label !== unknown && sourceNames[sources[ordinal]!] !== 'propagated'
  })
  const classes = [...Map.groupBy(given, (row) => labels[ordinals[row]!]!).values()]
  const each = Math.max(1, Math.min(perClass, Math.floor(most / Math.max(1, classes.length))))
  return classes.flatMap((rows) => evenly(rows, each)).slice(0, most)
}

const evenly = (rows: number[], count: number) =>
  rows.length <= count ? rows : Array.from({ length: count }, (_, at) => rows[Math.floor((at * rows.length) / count)]!)
