/** Audits: what was planned, what is drawn, what came of them. The answers themselves stand in the annotation log. */
import type { AuditOutcome, AuditPlanFacts } from '@shared/contract/audit'
import type { Database } from 'better-sqlite3'
import { v7 as uuidv7 } from 'uuid'

const pieceBytes = 1 << 20

export interface AuditDraw {
  ordinal: number
  ring: number
  /** Index into the audit's classes: what the head says. */
  class: number
}

/** The pseudo-labels an audit speaks of. */
export interface AuditedGuesses {
  ordinals: Uint32Array
  rings: Uint8Array
  classes: Uint16Array
  confidences: Float32Array
}

export interface AuditRecord {
  id: number
  uuid: string
  run: string
  seq: number
  /** UUIDs. */
  classes: string[]
  plan: AuditPlanFacts
  createdAt: number
  endedAt: number | null
  outcome: AuditOutcome | null
}

interface Row {
  id: number
  uuid: string
  run: string
  seq: number
  classes: string
  plan: string
  created_at: number
  ended_at: number | null
  outcome: string | null
}

const recordOf = ({ classes, plan, outcome, created_at: createdAt, ended_at: endedAt, ...rest }: Row): AuditRecord => ({
  ...rest,
  createdAt,
  endedAt,
  classes: JSON.parse(classes) as string[],
  plan: planOf(plan),
  outcome: outcome === null ? null : (JSON.parse(outcome) as AuditOutcome),
})

/** Plans from before rings of like confidence had a level a ring, and expected nothing of a ring. */
function planOf(stored: string): AuditPlanFacts {
  const plan = JSON.parse(stored) as Omit<AuditPlanFacts, 'levels' | 'errors'> & Partial<AuditPlanFacts>
  return { ...plan, levels: plan.levels ?? plan.sizes.map((_, at) => at + 1), errors: plan.errors ?? plan.sizes.map(() => 0.03) }
}

export class Audits {
  readonly #database: Database
  constructor(database: Database) {
    this.#database = database
  }

  /** The audit under way, or the last one that ended. */
  latest(): AuditRecord | null {
    const row = this.#database.prepare<[], Row>('SELECT * FROM audit ORDER BY id DESC LIMIT 1').get()
    return row ? recordOf(row) : null
  }

  /** Those that ended with accepted pseudo-labels, latest first. */
  accepted(): AuditRecord[] {
    const rows = this.#database.prepare<[], Row>('SELECT * FROM audit WHERE outcome IS NOT NULL ORDER BY id DESC').all()
    return rows.map(recordOf).filter(({ outcome }) => (outcome?.accepted ?? 0) > 0)
  }

  /** An audit under way ends with nothing accepted. */
  create(facts: Pick<AuditRecord, 'run' | 'seq' | 'classes' | 'plan'>, guesses: AuditedGuesses, draws: AuditDraw[]): void {
    this.#database.transaction(() => {
      this.#database.prepare('UPDATE audit SET ended_at = ? WHERE ended_at IS NULL').run(Date.now())
      const { lastInsertRowid: id } = this.#database
        .prepare('INSERT INTO audit (uuid, run, seq, classes, plan, created_at) VALUES (?, ?, ?, ?, ?, ?)')
        .run(uuidv7(), facts.run, facts.seq, JSON.stringify(facts.classes), JSON.stringify(facts.plan), Date.now())
      const insert = this.#database.prepare(
        'INSERT INTO audit_draw (audit, position, ordinal, ring, class) VALUES (?, ?, ?, ?, ?)',
      )
      draws.forEach((one, position) => insert.run(id, position, one.ordinal, one.ring, one.class))
      for (const [name, column] of Object.entries(guesses)) this.#putColumn(id, name, column as Uint8Array)
    })()
  }

  /** Labels came after the log entry that answer no audit, so a head fitted now would be another one. */
  staleSince(seq: number): boolean {
    return (
      this.#database
        .prepare<[number], number>("SELECT EXISTS (SELECT 1 FROM annotation_set WHERE annotation > ? AND source <> 'audited')")
        .pluck()
        .get(seq) === 1
    )
  }

  draws(id: number): AuditDraw[] {
    return this.#database
      .prepare<[number], AuditDraw>('SELECT ordinal, ring, class FROM audit_draw WHERE audit = ? ORDER BY position')
      .all(id)
  }

  guesses(id: number): AuditedGuesses {
    return {
      ordinals: new Uint32Array(this.#column(id, 'ordinals')),
      rings: new Uint8Array(this.#column(id, 'rings')),
      classes: new Uint16Array(this.#column(id, 'classes')),
      confidences: new Float32Array(this.#column(id, 'confidences')),
    }
  }

  end(id: number, outcome: AuditOutcome | null): void {
    this.#database
      .prepare('UPDATE audit SET ended_at = ?, outcome = ? WHERE id = ?')
      .run(Date.now(), outcome && JSON.stringify(outcome), id)
  }

  #putColumn(audit: number | bigint, name: string, column: ArrayBufferView): void {
    const bytes = Buffer.from(column.buffer, column.byteOffset, column.byteLength)
    const insert = this.#database.prepare('INSERT INTO audit_column (audit, name, piece, data) VALUES (?, ?, ?, ?)')
    for (let piece = 0; piece === 0 || piece * pieceBytes < bytes.length; piece++) {
      insert.run(audit, name, piece, bytes.subarray(piece * pieceBytes, (piece + 1) * pieceBytes))
    }
  }

  #column(audit: number, name: string): ArrayBuffer {
    const pieces = this.#database
      .prepare<[number, string], Buffer>('SELECT data FROM audit_column WHERE audit = ? AND name = ? ORDER BY piece')
      .pluck()
      .all(audit, name)
    return Uint8Array.from(Buffer.concat(pieces)).buffer
  }
}
