/** Jobs as they survive a kill. */
import type { Job, JobKind, JobState } from '@shared/model'
import type { Database } from 'better-sqlite3'

interface Row {
  id: string
  kind: JobKind
  title: string
  params: string
  state: JobState
  progress: string | null
  error: string | null
  summary: string | null
  created_at: number
  started_at: number | null
  ended_at: number | null
}

export interface StoredJob extends Job {
  params: unknown
}

export class JobTable {
  readonly #database: Database
  constructor(database: Database) {
    this.#database = database
  }

  /** Latest first. */
  list(limit = 100): StoredJob[] {
    return this.#database
      .prepare<[number], Row>('SELECT * FROM job ORDER BY created_at DESC, id DESC LIMIT ?')
      .all(limit)
      .map(({ created_at: createdAt, started_at: startedAt, ended_at: endedAt, ...row }) => ({
        ...row,
        params: JSON.parse(row.params) as unknown,
        progress: row.progress ? (JSON.parse(row.progress) as Job['progress']) : null,
        error: row.error ? (JSON.parse(row.error) as Job['error']) : null,
        createdAt,
        startedAt,
        endedAt,
      }))
  }

  put({ id, kind, title, params, state, progress, error, summary, createdAt, startedAt, endedAt }: StoredJob): void {
    const json = (value: unknown) => (value === null ? null : JSON.stringify(value))
    this.#database
      .prepare('INSERT OR REPLACE INTO job VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)')
      .run(id, kind, title, JSON.stringify(params), state, json(progress), json(error), summary, createdAt, startedAt, endedAt)
  }
}
