/** Long tails: sets resampled so that classes are of very different size; what becomes of the rarest. */
import { matrix, type MatrixProducts } from '../../src/main/engine/linear-algebra'
import { draw, random } from '../../src/main/engine/random'
import type { Strategy } from '../../src/main/labeling/strategies/strategy'
import { arranged, type EmbeddedSet } from './embedded-set'
import { Session } from './session'

/** The largest class is this many times the smallest. */
const imbalance = 10
/** Answers per class on average. */
const labels = 5

/** Classes in a drawn order keep a share of their rows that falls geometrically to 1 / `imbalance`. */
async function longTailed(
  set: EmbeddedSet,
  seed: number,
  products: MatrixProducts,
): Promise<{ set: EmbeddedSet; rarest: number[] }> {
  const { x, truth, classCount } = set
  const order = [...draw(classCount, classCount, random(seed, 0x7a11))]
  const kept = order
    .flatMap((c, rank) => {
      const mine = truth.flatMap((one, row) => (one === c ? row : []))
      const share = imbalance ** (-rank / Math.max(1, classCount - 1))
      return [...draw(mine.length, Math.max(3, Math.round(share * mine.length)), random(seed, 0x7a12, c))].map((at) => mine[at]!)
    })
    .sort((a, b) => a - b)
  const embeddings = matrix(kept.length, x.columns)
  kept.forEach((row, at) => embeddings.data.set(x.data.subarray(row * x.columns, (row + 1) * x.columns), at * x.columns))
  const thinned = { embeddings, truth: kept.map((row) => truth[row]!), classCount }
  return { set: await arranged(set.name, thinned, products), rarest: order.slice(-Math.ceil(classCount / 5)) }
}

/** Recall of the rarest fifth of classes. */
export async function tailRecall(set: EmbeddedSet, strategy: Strategy, seed: number, products: MatrixProducts): Promise<number> {
  const tailed = await longTailed(set, seed, products)
  const session = new Session(tailed.set, products, seed)
  for (let step = 0; step < labels; step++) await session.label(strategy, set.classCount)
  return session.recall(tailed.rarest)
}
