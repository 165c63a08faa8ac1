/** Classes: names, colours, keys. Inside the database a class is a small integer, outside a UUID. */
import { HandfulError } from '@shared/errors'
import type { ClassRow, Source } from '@shared/model'
import type { Database } from 'better-sqlite3'
import { v7 as uuidv7 } from 'uuid'

interface Row {
  id: number
  uuid: string
  name: string
  color: string
  key: string | null
}

/** Hues far apart in OKLCH, one after the other by the golden angle. */
const colorOf = (index: number) => `oklch(0.68 0.15 ${Math.round((25 + index * 137.508) % 360)})`

const keys = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '0']

export class Classes {
  readonly #database: Database
  readonly #all
  readonly #counts

  constructor(database: Database) {
    this.#database = database
    this.#all = database.prepare<[], Row>('SELECT id, uuid, name, color, key FROM class ORDER BY id')
    this.#counts = database.prepare<[], { class: number; source: Source; count: number }>(
      'SELECT class, source, count(*) AS count FROM label WHERE cleared = 0 AND class IS NOT NULL GROUP BY class, source',
    )
  }

  list(): ClassRow[] {
    const counts = new Map<number, Record<Source, number>>()
    for (const { class: id, source, count } of this.#counts.all()) {
      counts.set(id, { ...(counts.get(id) ?? noLabels), [source]: count })
    }
    return this.#all.all().map(({ id, uuid, ...row }) => ({ ...row, id: uuid, counts: counts.get(id) ?? noLabels }))
  }

  /** UUIDs by internal number. */
  uuids(): Map<number, string> {
    return new Map(this.#all.all().map(({ id, uuid }) => [id, uuid]))
  }

  /** @throws HandfulError UNKNOWN_ID */
  idOf(uuid: string): number {
    return this.#row(uuid).id
  }

  /** Case-insensitive. */
  findByName(name: string): string | null {
    return this.#all.all().find((row) => row.name.toLowerCase() === name.trim().toLowerCase())?.uuid ?? null
  }

  /** @throws HandfulError CLASS_NAME_TAKEN */
  create(name: string): ClassRow {
    if (this.findByName(name)) throw new HandfulError('CLASS_NAME_TAKEN', { name })
    const rows = this.#all.all()
    const uuid = uuidv7()
    const key = keys.find((candidate) => !rows.some((row) => row.key === candidate)) ?? null
    this.#database
      .prepare('INSERT INTO class (uuid, name, color, key, created_at) VALUES (?, ?, ?, ?, ?)')
      .run(uuid, name.trim(), colorOf(rows.length), key, Date.now())
    return this.get(uuid)
  }

  get(uuid: string): ClassRow {
    const found = this.list().find((row) => row.id === uuid)
    if (!found) throw new HandfulError('UNKNOWN_ID', { what: 'class', id: uuid })
    return found
  }

  /** A key taken from another class leaves that one without. */
  update(
    uuid: string,
    change: { name?: string | undefined; color?: string | undefined; key?: string | null | undefined },
  ): ClassRow {
    const row = this.#row(uuid)
    const name = change.name?.trim() ?? row.name
    const taken = this.findByName(name)
    if (taken && taken !== uuid) throw new HandfulError('CLASS_NAME_TAKEN', { name })
    const key = change.key === undefined ? row.key : change.key
    this.#database.transaction(() => {
      if (key !== null) this.#database.prepare('UPDATE class SET key = NULL WHERE key = ? AND id <> ?').run(key, row.id)
      this.#database
        .prepare('UPDATE class SET name = ?, color = ?, key = ? WHERE id = ?')
        .run(name, change.color ?? row.color, key, row.id)
    })()
    return this.get(uuid)
  }

  /** Only a class that nothing in the log speaks of: the log is kept whole. */
  remove(uuid: string): void {
    const { id, name } = this.#row(uuid)
    const used = this.#database.prepare('SELECT 1 FROM annotation_set WHERE class = ? LIMIT 1').get(id)
    if (used)
      throw new HandfulError('BAD_PARAMETER', {
        name,
        reason: 'this class has been used; rename it, or give its images another class',
      })
    this.#database.prepare('DELETE FROM class WHERE id = ?').run(id)
  }

  #row(uuid: string): Row {
    const found = this.#all.all().find((row) => row.uuid === uuid)
    if (!found) throw new HandfulError('UNKNOWN_ID', { what: 'class', id: uuid })
    return found
  }
}

const noLabels: Record<Source, number> = { human: 0, grouped: 0, audited: 0, propagated: 0, imported: 0 }
