/** Looks at how good an encoder has become: scores without labels and the nearest neighbours of a few images, kept in the run's folder. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Look, LookRecord, NeighbourRow } from '@shared/look'
import { centred, nearestNeighbours } from '../cluster/neighbours'
import { type Matrix, withProducts } from '../engine/linear-algebra'
import { writeWhole } from '../engine/whole-file'
import { labelFreeScores, type ScoredEncoder } from './label-free'
import type { ScorePool } from './score-pool'

/** Images whose neighbours are shown, and how many of them. */
const [shownImages, shownNeighbours] = [6, 6]

export interface LooksOptions {
  /** The run's. */
  folder: string
  pool: ScorePool
  /** By position in the pool. */
  ordinals: ArrayLike<number>
  threads: number
  /** Seconds that the run took until now. */
  clock: () => number
}

export class Looks {
  private readonly options: LooksOptions
  private record: LookRecord

  constructor(options: LooksOptions) {
    this.options = options
    this.record = readLooks(options.folder) ?? { looks: [], before: null, now: null }
  }

  get taken(): readonly Look[] {
    return this.record.looks
  }

  async take(encoder: ScoredEncoder, step: number | null): Promise<Look> {
    const { pool, threads, clock } = this.options
    return withProducts(threads, async (products) => {
      const { scores, embeddings } = await labelFreeScores(encoder, pool, threads, products)
      const found = await nearestNeighbours(centred(embeddings), shownNeighbours, products)
      const look = { step, seconds: clock(), scores: { ...scores } }
      const now = this.rows(embeddings, found)
      const earlier = step === 0 ? [] : this.record.looks.filter((other) => other.step !== null)
      this.keep({ looks: [...earlier, look], before: step === 0 ? now : this.record.before, now })
      return look
    })
  }

  /** Shows what the network of an earlier look sees, since that is the one which is kept; its scores are known. */
  async goBackTo(encoder: ScoredEncoder, step: number): Promise<void> {
    if (this.record.settlesFrom === step) return
    const now = await withProducts(this.options.threads, async (products) => {
      const { embeddings } = await labelFreeScores(encoder, this.options.pool, this.options.threads, products)
      return this.rows(embeddings, await nearestNeighbours(centred(embeddings), shownNeighbours, products))
    })
    this.keep({ ...this.record, now, settlesFrom: step })
  }

  /** Forgets looks that a run which goes on from this step takes again: it may have ended between a checkpoint and what followed from a look. */
  goOnFrom(step: number): void {
    const looks = this.record.looks.filter((look) => look.step === 0 || (look.step !== null && look.step < step))
    if (looks.length < this.record.looks.length) this.keep({ ...this.record, looks })
  }

  private rows(embeddings: Matrix, { ids, k }: { ids: Int32Array; k: number }): NeighbourRow[] {
    const { ordinals } = this.options
    return Array.from({ length: Math.min(shownImages, embeddings.rows) }, (_, row) => ({
      of: ordinals[row]!,
      like: Array.from(ids.subarray(row * k, (row + 1) * k), (position) => ordinals[position]!),
    }))
  }

  private keep(record: LookRecord): void {
    this.record = record
    writeWhole(looksPath(this.options.folder), JSON.stringify(record))
  }
}

const looksPath = (folder: string) => join(folder, 'looks.json')

/** Undefined for a run that has none yet. */
function readLooks(folder: string): LookRecord | undefined {
  const path = looksPath(folder)
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as LookRecord) : undefined
}
