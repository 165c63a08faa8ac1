/** Classes: names, colours, keys. Inside the database a class is a small integer, outside a UUID. */
import { HandfulError } from '@shared/errors'
import type { ClassRow, Source } from '@shared/model'
import type { Database } from 'better-sqlite3'
import { v7 as uuidv7 } from 'uuid'
import type { RowChange } from './changes'
import type { Act, LabelSet } from './log-entry'

interface Row {
  id: number
  uuid: string
  name: string
  color: string
  key: string | null
  removed: number
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
    this.#all = database.prepare<[], Row>('SELECT id, uuid, name, color, key, removed FROM class ORDER BY id')
    this.#counts = database.prepare<[], { class: number; source: Source; count: number }>(
      'SELECT class, source, count(*) AS count FROM label WHERE cleared = 0 AND class IS NOT NULL GROUP BY class, source',
    )
  }

  list(): ClassRow[] {
    const counts = new Map<number, Record<Source, number>>()
    for (const { class: id, source, count } of this.#counts.all()) {
      counts.set(id, { ...(counts.get(id) ?? noLabels), [source]: count })
    }
    return this.#live().map(({ id, uuid, name, color, key }) => ({
      id: uuid,
      name,
      color,
      key,
      counts: counts.get(id) ?? noLabels,
    }))
  }

  /** UUIDs by internal number, those of classes taken away included. */
  uuids(): Map<number, string> {
    return new Map(this.#all.all().map(({ id, uuid }) => [id, uuid]))
  }

  /** @throws HandfulError UNKNOWN_ID */
  idOf(uuid: string): number {
    return this.#row(uuid).id
  }

  /** Of a class that may have been taken away since. @throws HandfulError UNKNOWN_ID */
  knownId(uuid: string): number {
    const row = this.#all.all().find((one) => one.uuid === uuid)
    if (!row) throw new HandfulError('UNKNOWN_ID', { what: 'class', id: uuid })
    return row.id
  }

  /** Case-insensitive. */
  findByName(name: string): string | null {
    return this.#live().find((row) => row.name.toLowerCase() === name.trim().toLowerCase())?.uuid ?? null
  }

  /** A new class and the act that makes it, for the log; call inside `Annotations.record`. @throws HandfulError CLASS_NAME_TAKEN */
  creation(name: string): { act: Act; uuid: string; change: RowChange } {
    const { id: uuid, name: given, color, key } = this.create(name)
    const change: RowChange = {
      table: 'class',
      id: this.idOf(uuid),
      before: null,
      after: { name: given, color, key, removed: 0 },
    }
    return { uuid, change, act: { what: 'class', title: `Class ${given} made`, sets: [], changes: [change] } }
  }

  /** Without an entry in the log. @throws HandfulError CLASS_NAME_TAKEN */
  create(name: string): ClassRow {
    if (this.findByName(name)) throw new HandfulError('CLASS_NAME_TAKEN', { name })
    const rows = this.#live()
    const uuid = uuidv7()
    const key = keys.find((candidate) => !rows.some((row) => row.key === candidate)) ?? null
    this.#database
      .prepare('INSERT INTO class (uuid, name, color, key, created_at) VALUES (?, ?, ?, ?, ?)')
      .run(uuid, name.trim(), colorOf(this.#all.all().length), key, Date.now())
    return this.get(uuid)
  }

  get(uuid: string): ClassRow {
    const found = this.list().find((row) => row.id === uuid)
    if (!found) throw new HandfulError('UNKNOWN_ID', { what: 'class', id: uuid })
    return found
  }

  /**
   * A new name, colour or key, as an act for the log. A key taken from another class leaves that one without.
   * @throws HandfulError UNKNOWN_ID, CLASS_NAME_TAKEN
   */
  edit(uuid: string, change: { name?: string | undefined; color?: string | undefined; key?: string | null | undefined }): Act {
    const row = this.#row(uuid)
    const after = { name: change.name?.trim() ?? row.name, color: change.color ?? row.color, key: row.key }
    if (change.key !== undefined) after.key = change.key
    const taken = this.findByName(after.name)
    if (taken && taken !== uuid) throw new HandfulError('CLASS_NAME_TAKEN', { name: after.name })
    const robbed = after.key === null ? [] : this.#live().filter((other) => other.key === after.key && other.id !== row.id)
    const changes: RowChange[] = [
      ...robbed.map(({ id, key }) => ({ table: 'class' as const, id, before: { key }, after: { key: null } })),
      { table: 'class', id: row.id, before: { name: row.name, color: row.color, key: row.key }, after },
    ]
    return { what: 'class', title: titleOf(row, after), sets: [], changes }
  }

  /**
   * Takes away a class that no label in force has: its row stays, since the log speaks of it.
   * @throws HandfulError UNKNOWN_ID, BAD_PARAMETER
   */
  removal(uuid: string): Act {
    const row = this.#row(uuid)
    if (this.#labelsOf(row.id).length > 0)
      throw new HandfulError('BAD_PARAMETER', { name: row.name, reason: 'images have this class; merge it into another one' })
    return { what: 'class', title: `Class ${row.name} removed`, sets: [], changes: [away(row)] }
  }

  /**
   * Every label of the classes `from` becomes one of `into`, with the source it had; `from` go away.
   * @throws HandfulError UNKNOWN_ID, BAD_PARAMETER
   */
  merge(from: string[], into: string, multi: boolean): Act {
    const target = this.#row(into)
    const rows = from.map((uuid) => this.#row(uuid))
    if (rows.some(({ id }) => id === target.id))
      throw new HandfulError('BAD_PARAMETER', { name: target.name, reason: 'a class cannot be merged into itself' })
    const have = new Set(this.#labelsOf(target.id).map(({ ordinal }) => ordinal))
    const sets = rows.flatMap((row) => {
      const mine = this.#labelsOf(row.id)
      const free = mine.filter(({ ordinal }) => !have.has(ordinal))
      const moved = [...Map.groupBy(free, ({ source, confirmed, drawn }) => `${source} ${confirmed} ${drawn}`).values()].map(
        (labels): LabelSet => ({
          classId: target.id,
          source: labels[0]!.source,
          confirmed: labels[0]!.confirmed === 1,
          drawn: labels[0]!.drawn === 1,
          ordinals: labels.map(({ ordinal }) => ordinal),
          ...(labels[0]!.confidence === null ? {} : { confidences: labels.map(({ confidence }) => confidence ?? 0) }),
        }),
      )
      const ended: LabelSet = {
        classId: row.id,
        cleared: true,
        source: 'human',
        ordinals: mine.map(({ ordinal }) => ordinal),
      }
      return multi ? [ended, ...moved] : moved
    })
    const names = rows.map(({ name }) => name).join(', ')
    return { what: 'class', title: `${names} merged into ${target.name}`, sets, changes: rows.map(away) }
  }

  #labelsOf(id: number) {
    return this.#database
      .prepare<[number], { ordinal: number; source: Source; confirmed: number; drawn: number; confidence: number | null }>(
        'SELECT ordinal, source, confirmed, drawn, confidence FROM label WHERE class = ? AND cleared = 0 ORDER BY ordinal',
      )
      .all(id)
  }

  #live(): Row[] {
    return this.#all.all().filter(({ removed }) => !removed)
  }

  #row(uuid: string): Row {
    const found = this.#live().find((row) => row.uuid === uuid)
    if (!found) throw new HandfulError('UNKNOWN_ID', { what: 'class', id: uuid })
    return found
  }
}

const away = ({ id, name, key }: Row): RowChange => ({
  table: 'class',
  id,
  before: { name, key, removed: 0 },
  after: { removed: 1 },
})

function titleOf(before: Row, after: Pick<Row, 'name' | 'color' | 'key'>): string {
  if (after.name !== before.name) return `Class ${before.name} renamed ${after.name}`
  if (after.key !== before.key)
    return after.key === null ? `Class ${before.name} without key` : `Key ${after.key} for ${before.name}`
  return `New colour for ${before.name}`
}

const noLabels: Record<Source, number> = { human: 0, grouped: 0, audited: 0, propagated: 0, imported: 0 }
