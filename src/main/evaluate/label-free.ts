/** Scores of an encoder that need no labels: the same ones on the same views for every pretext task, so that runs can be compared. */
import { centred } from '../cluster/neighbours'
import { alteredBy, type Change, describeWith, finish } from '../encoders/describe'
import { foundViews, meanReciprocalRank, viewPlaces, viewRetrieval } from '../encoders/view-retrieval'
import { columnMeans, type Matrix, type MatrixProducts, rowsOf, shiftRows } from '../engine/linear-algebra'
import { type Session, withSession } from '../engine/session'
import { standardAugmentation } from '../views/augmentation'
import type { ImageSource } from '../views/images'
import { alignment, uniformity } from './alignment-uniformity'
import { effectiveRank } from './effective-rank'
import type { ScorePool } from './score-pool'

export interface LabelFreeScores {
  /** Share of the samples asked of which one altered version finds another among the whole pool, 0–1. */
  retrieval: number
  /** Mean of 1 / place of that version, 0–1: tells encoders apart that find little. */
  reciprocalRank: number
  /** Directions the embeddings really use, RankMe. */
  effectiveRank: number
  /** Of two altered versions of a sample, 0–4, lower is better; of embeddings centred as everywhere. */
  alignment: number
  /** −8–0, lower is better; likewise. */
  uniformity: number
}

/** Views that no fit has seen. */
const freshViews = [2_000_000, 2_000_001] as const
const viewSeed = 8

export interface ScoredEncoder {
  /** A standalone encoder, see `PretextTask`. */
  readonly model: Uint8Array
  readonly dimensions: number
}

/** @returns the scores, and the embeddings of the pool as it is: [pool, dimensions] */
export async function labelFreeScores(
  { model, dimensions }: ScoredEncoder,
  pool: ScorePool,
  threads: number,
  products: MatrixProducts,
): Promise<{ scores: LabelFreeScores; embeddings: Matrix }> {
  const { asked } = pool
  const { one, other, embeddings } = await withSession(model, { threads }, async (session) => {
    const [one, other] = await twoViews(session, dimensions, pool)
    return { one, other, embeddings: await seenBy(session, dimensions, pool.images, pool.images.count) }
  })
  const places = await viewPlaces(one, other, products)
  const scores = {
    retrieval: viewRetrieval(places),
    reciprocalRank: meanReciprocalRank(places),
    effectiveRank: effectiveRank(shiftRows(embeddings, columnMeans(embeddings))),
    alignment: alignment(centred(one), rowsOf(centred(other), 0, asked)),
    uniformity: uniformity(centred(embeddings)),
  }
  return { scores, embeddings }
}

/** Only which of the samples asked of count in `retrieval`: 1 for each. */
export async function foundBy(
  { model, dimensions }: ScoredEncoder,
  pool: ScorePool,
  threads: number,
  products: MatrixProducts,
): Promise<Uint8Array> {
  const [one, other] = await withSession(model, { threads }, (session) => twoViews(session, dimensions, pool))
  return foundViews(await viewPlaces(one, other, products))
}

/** One view of the samples asked of, another one of the whole pool. */
async function twoViews(session: Session, dimensions: number, { images, asked }: ScorePool): Promise<[Matrix, Matrix]> {
  const view = (number: number, count: number) =>
    seenBy(session, dimensions, images, count, alteredBy(standardAugmentation, images.size, viewSeed, number))
  return [await view(freshViews[0], asked), await view(freshViews[1], images.count)]
}

/** The first so many images: [count, dimensions]. */
function seenBy(session: Session, columns: number, images: ImageSource, count: number, change?: Change): Promise<Matrix> {
  const positions = Uint32Array.from({ length: count }, (_, at) => at)
  return finish(describeWith(session, images, positions, { columns, change }))
}
