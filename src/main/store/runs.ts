/** Pretraining runs and which of them is in use. */
import { HandfulError } from '@shared/errors'
import type { Run } from '@shared/model'
import type { Database } from 'better-sqlite3'

interface Row {
  id: string
  task: string
  parameters: string
  seed: number
  input_size: number
  dimensions: number | null
  state: Run['state']
  active: number
  created_at: number
  seconds: number | null
  scores: string
  notes: string
}

export class Runs {
  readonly #database: Database
  constructor(database: Database) {
    this.#database = database
  }

  list(): Run[] {
    return this.#database
      .prepare<[], Row>('SELECT * FROM run ORDER BY created_at DESC')
      .all()
      .map((row) => this.#runOf(row))
  }

  /** @throws HandfulError UNKNOWN_ID */
  get(id: string): Run {
    const row = this.#database.prepare<[string], Row>('SELECT * FROM run WHERE id = ?').get(id)
    if (!row) throw new HandfulError('UNKNOWN_ID', { what: 'run', id })
    return this.#runOf(row)
  }

  active(): Run | null {
    const row = this.#database.prepare<[], Row>('SELECT * FROM run WHERE active = 1').get()
    return row ? this.#runOf(row) : null
  }

  create(run: Pick<Run, 'id' | 'task' | 'parameters' | 'seed' | 'inputSize'>): void {
    this.#database
      .prepare(
        "INSERT INTO run (id, task, parameters, seed, input_size, state, created_at) VALUES (?, ?, ?, ?, ?, 'running', ?) ON CONFLICT (id) DO NOTHING",
      )
      .run(run.id, run.task, JSON.stringify(run.parameters), run.seed, run.inputSize, Date.now())
  }

  /** The encoder is there; embeddings may follow. */
  fitted(
    id: string,
    result: { inputSize: number; dimensions: number; seconds: number; scores: Record<string, number>; notes: string[] },
  ): void {
    this.#database
      .prepare('UPDATE run SET input_size = ?, dimensions = ?, seconds = ?, scores = ?, notes = ? WHERE id = ?')
      .run(result.inputSize, result.dimensions, result.seconds, JSON.stringify(result.scores), JSON.stringify(result.notes), id)
  }

  /** Seconds that the fit took until now. */
  spent(id: string, seconds: number): void {
    this.#database.prepare('UPDATE run SET seconds = ? WHERE id = ?').run(seconds, id)
  }

  setState(id: string, state: Run['state']): void {
    this.#database.prepare('UPDATE run SET state = ? WHERE id = ?').run(state, id)
  }

  activate(id: string): void {
    this.get(id)
    this.#database.transaction(() => {
      this.#database.prepare('UPDATE run SET active = (id = ?)').run(id)
    })()
  }

  remove(id: string): void {
    this.#database.prepare('DELETE FROM run WHERE id = ?').run(id)
  }

  #runOf(row: Row): Run {
    const chunks = this.#database.prepare<[string], Buffer>('SELECT present FROM embedding WHERE run = ?').pluck().all(row.id)
    return {
      id: row.id,
      task: row.task,
      parameters: JSON.parse(row.parameters) as Run['parameters'],
      seed: row.seed,
      inputSize: row.input_size,
      dimensions: row.dimensions,
      state: row.state,
      active: row.active === 1,
      createdAt: row.created_at,
      seconds: row.seconds,
      embedded: chunks.reduce((sum, present) => sum + bitsIn(present), 0),
      scores: JSON.parse(row.scores) as Run['scores'],
      notes: JSON.parse(row.notes) as string[],
    }
  }
}

function bitsIn(bytes: Uint8Array): number {
  let count = 0
  for (let byte of bytes) for (; byte; byte &= byte - 1) count++
  return count
}
