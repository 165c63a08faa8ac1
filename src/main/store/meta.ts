/** Facts about the project itself: identity, image folder, choices. */
import type { Fit, Labeling } from '@shared/model'
import type { Database } from 'better-sqlite3'

export interface ProjectFacts {
  id: string
  name: string
  /** The image folder's bytes. */
  root: Buffer
  fit: Fit
  labeling: Labeling
  followLinks: boolean
  createdAt: number
}

export class Meta {
  readonly #read
  readonly #write
  constructor(database: Database) {
    this.#read = database.prepare<[string], { value: unknown }>('SELECT value FROM meta WHERE name = ?')
    this.#write = database.prepare(
      'INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
    )
  }

  get(name: string): unknown {
    return this.#read.get(name)?.value ?? null
  }

  set(name: string, value: string | number | Buffer | null): void {
    this.#write.run(name, value)
  }

  facts(): ProjectFacts {
    return {
      id: String(this.get('id')),
      name: String(this.get('name')),
      root: this.get('root') as Buffer,
      fit: this.get('fit') as Fit,
      labeling: (this.get('labeling') ?? 'single') as Labeling,
      followLinks: this.get('followLinks') === 1,
      createdAt: Number(this.get('createdAt')),
    }
  }

  setFacts(facts: ProjectFacts): void {
    for (const [name, value] of Object.entries(facts) as [string, string | number | boolean | Buffer][])
      this.set(name, typeof value === 'boolean' ? Number(value) : value)
  }
}
