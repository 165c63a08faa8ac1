/** Brings the acts of another copy of the same project into this one: the union of both logs, in the order of time. */
import { HandfulError } from '@shared/errors'
import type { Merged } from '@shared/contract/care'
import type { Database } from 'better-sqlite3'
import { applyChanges, type RowChange } from './changes'
import type { Store } from './open'
import { decodeSet, encodeSet } from './sample-set'

type Row = Record<string, unknown>

interface Entry extends Row {
  seq: number
  uuid: string
  at: number
  what: string
  target: number | null
  changes: string
}

/**
 * Afterwards this copy holds every act of both, each once; where they disagree the later act counts. The other copy is only read.
 * @throws HandfulError BAD_PARAMETER when the other is no copy of this project
 */
export async function mergeLog(store: Store, other: Store): Promise<Merged> {
  const [here, there] = [store.meta.facts().id, other.meta.facts().id]
  if (here !== there)
    throw new HandfulError('BAD_PARAMETER', {
      name: 'project',
      reason: `${other.folder} is a project of its own, no copy of this one`,
    })
  const merged = store.database.transaction(() => {
    const samples = addSamples(store.database, other.database)
    const classes = addClasses(store, other)
    return {
      acts: addEntries(store.database, other.database, {
        samples: samples.ordinals,
        class: classes.ids,
        cluster: addClusters(store.database, other.database),
      }),
      classes: classes.added,
      samples: samples.added,
    }
  })()
  if (merged.acts > 0) await store.annotations.catchUp()
  return merged
}

const all = (database: Database, sql: string, ...values: unknown[]) => database.prepare<unknown[], Row>(sql).all(...values)

function insert(database: Database, table: string, row: Row): number {
  const known = new Set((database.pragma(`table_info(${table})`) as { name: string }[]).map(({ name }) => name))
  const names = Object.keys(row).filter((name) => known.has(name))
  const sql = `INSERT INTO ${table} (${names.map((name) => `"${name}"`).join()}) VALUES (${names.map(() => '?').join()})`
  return Number(database.prepare(sql).run(...names.map((name) => row[name])).lastInsertRowid)
}

/** Images that only the other copy has read come without a place and without a thumbnail; the next rescan finds their files. */
function addSamples(database: Database, other: Database): { ordinals: Map<number, number>; added: number } {
  const find = database.prepare<[Buffer], number>('SELECT ordinal FROM sample WHERE sha256 = ?').pluck()
  let next = database.prepare<[], number>('SELECT coalesce(max(ordinal) + 1, 0) FROM sample').pluck().get()!
  const end = all(
    database,
    'SELECT thumb_pack, thumb_offset + thumb_bytes AS thumb_offset FROM sample ORDER BY 1 DESC, 2 DESC LIMIT 1',
  )[0]
  const ordinals = new Map<number, number>()
  let added = 0
  for (const row of all(other, 'SELECT * FROM sample ORDER BY ordinal')) {
    const known = find.get(row['sha256'] as Buffer)
    if (known === undefined) {
      insert(database, 'sample', { ...row, thumb_pack: 0, thumb_offset: 0, ...end, thumb_bytes: 0, ordinal: next })
      added++
    }
    ordinals.set(row['ordinal'] as number, known ?? next++)
  }
  return { ordinals, added }
}

/** A class is the same by its UUID, or by its name. */
function addClasses({ database, classes }: Store, other: Store): { ids: Map<number, number>; added: number } {
  const ids = new Map<number, number>()
  const mine = new Map([...classes.uuids()].map(([id, uuid]) => [uuid, id]))
  let added = 0
  for (const row of all(other.database, 'SELECT * FROM class ORDER BY id')) {
    const namesake = classes.findByName(row['name'] as string)
    const known = mine.get(row['uuid'] as string) ?? (namesake === null ? undefined : mine.get(namesake))
    if (known !== undefined) {
      ids.set(row['id'] as number, known)
      continue
    }
    const { id, ...rest } = row
    const taken = database.prepare('SELECT 1 FROM class WHERE key = ? AND removed = 0').get(row['key'])
    ids.set(id as number, insert(database, 'class', taken ? { ...rest, key: null } : rest))
    added++
  }
  return { ids, added }
}

/** Clusters that a person made, by UUID; their parents follow. */
function addClusters(database: Database, other: Database): Map<number, number> {
  const find = database.prepare<[unknown], number>('SELECT id FROM cluster WHERE uuid = ?').pluck()
  const rows = all(other, 'SELECT * FROM cluster ORDER BY id')
  const ids = new Map<number, number>()
  const added: number[] = []
  for (const { id, ...rest } of rows) {
    const known = find.get(rest['uuid'])
    if (known === undefined) added.push(id as number)
    ids.set(id as number, known ?? insert(database, 'cluster', rest))
  }
  const setParent = database.prepare('UPDATE cluster SET parent = ? WHERE id = ?')
  for (const { id, parent } of rows)
    if (parent !== null && added.includes(id as number)) setParent.run(ids.get(parent as number), ids.get(id as number))
  return ids
}

/** Numbers of the other copy in this one. */
interface Places {
  samples: Map<number, number>
  class: Map<number, number>
  cluster: Map<number, number>
}

/** Adds the other copy's entries at their time, numbers the log anew, and leaves its projection to `catchUp`. */
function addEntries(database: Database, other: Database, places: Places): number {
  const log = 'SELECT * FROM annotation ORDER BY seq'
  const [mine, theirs] = [all(database, log), all(other, log)] as [Entry[], Entry[]]
  const known = new Set(mine.map(({ uuid }) => uuid))
  const foreign = theirs.filter(({ uuid }) => !known.has(uuid))
  if (foreign.length === 0) return 0
  const uuidThere = new Map(theirs.map(({ seq, uuid }) => [seq, uuid]))
  const place = new Map([...mine.map((entry) => [entry.uuid, entry.seq] as const)])
  for (const { seq, target: _, ...entry } of foreign) {
    const here = insert(database, 'annotation', { ...entry, changes: changesHere(entry.changes, places), target: null })
    place.set(entry.uuid, here)
    for (const { id: _id, annotation: _a, ...set } of all(
      other,
      'SELECT * FROM annotation_set WHERE annotation = ? ORDER BY id',
      seq,
    ))
      insert(database, 'annotation_set', { ...translated(set, places), annotation: here })
  }
  const target = database.prepare('UPDATE annotation SET target = ? WHERE seq = ?')
  for (const entry of foreign)
    if (entry.target !== null) target.run(place.get(uuidThere.get(entry.target)!), place.get(entry.uuid))
  const order = [...inTime(mine), ...inTime(foreign)].sort((a, b) => a.time - b.time || (a.uuid < b.uuid ? -1 : 1))
  renumber(
    database,
    order.map(({ uuid }) => place.get(uuid)!),
  )
  settleUndone(database)
  redoChanges(
    database,
    foreign.map(({ uuid }) => uuid),
  )
  database.exec("DELETE FROM label; DELETE FROM member; DELETE FROM head; DELETE FROM meta WHERE name = 'projected'")
  return foreign.length
}

function changesHere(changes: string, places: Places): string {
  const translate = ({ table, id, before, after }: RowChange) => {
    const here = (fields: RowChange['after']) =>
      typeof fields['parent'] === 'number' ? { ...fields, parent: places.cluster.get(fields['parent'])! } : fields
    return { table, id: places[table].get(id)!, before: before && here(before), after: here(after) }
  }
  return JSON.stringify((JSON.parse(changes) as RowChange[]).map(translate))
}

/** What the other copy did to classes and clusters, and did not take back. */
function redoChanges(database: Database, uuids: string[]): void {
  const entry = database.prepare<[string], string>('SELECT changes FROM annotation WHERE uuid = ? AND undone = 0').pluck()
  for (const uuid of uuids) {
    const changes = JSON.parse(entry.get(uuid) ?? '[]') as RowChange[]
    // A class that the other copy made came with its row, or is one of the same name here, which keeps its colour and key.
    const made = ({ table, before }: RowChange) => table === 'class' && before === null
    applyChanges(
      database,
      changes.filter((change) => !made(change)),
      'after',
    )
  }
}

/** With a clock that never goes backwards within one copy. */
function inTime(entries: Entry[]): { uuid: string; time: number }[] {
  let time = 0
  return entries.map(({ uuid, at }) => ({ uuid, time: (time = Math.max(time, at)) }))
}

/** A set in this copy's numbers of images and classes. Confidences follow their images. */
function translated(set: Row, { samples: ordinals, class: classes, cluster: clusters }: Places): Row {
  const before = [...decodeSet(set['ordinals'] as Buffer)]
  const pairs = before.map((ordinal, index) => ({ ordinal: ordinals.get(ordinal)!, index })).sort((a, b) => a.ordinal - b.ordinal)
  const old = set['confidences'] as Buffer | null
  const confidences = old && Buffer.concat(pairs.map(({ index }) => old.subarray(index * 4, index * 4 + 4)))
  const now = pairs.map(({ ordinal }) => ordinal)
  const classId = set['class'] === null ? null : classes.get(set['class'] as number)
  const made = (set['cluster'] as number | null) ?? 0
  const cluster = made > 0 ? clusters.get(made) : set['cluster']
  return { ...set, class: classId, cluster, ordinals: encodeSet(now), confidences, first: now[0] ?? 0, last: now.at(-1) ?? 0 }
}

/** Gives the entries the numbers 1, 2, … in this order, everywhere they are named. */
function renumber(database: Database, order: number[]): void {
  database.pragma('defer_foreign_keys = ON')
  database.exec('CREATE TEMP TABLE place (old INTEGER PRIMARY KEY, now INTEGER NOT NULL)')
  const put = database.prepare('INSERT INTO temp.place VALUES (?, ?)')
  order.forEach((seq, index) => put.run(seq, index + 1))
  const tables = database.prepare<[], string>("SELECT name FROM sqlite_master WHERE type = 'table'").pluck().all()
  for (const table of tables) {
    const links = database.pragma(`foreign_key_list(${table})`) as { table: string; from: string }[]
    for (const { from } of links.filter((link) => link.table === 'annotation'))
      database.exec(
        `UPDATE ${table} SET "${from}" = (SELECT now FROM temp.place WHERE old = "${from}") WHERE "${from}" IS NOT NULL`,
      )
  }
  database.exec('UPDATE audit SET seq = coalesce((SELECT now FROM temp.place WHERE old = seq), seq)')
  // Twice, since a number may still be another entry's.
  database.exec(`
    UPDATE annotation SET seq = -(SELECT now FROM temp.place WHERE old = seq);
    UPDATE annotation SET seq = -seq;
    DROP TABLE temp.place`)
}

/** Which entries are undone follows from the order of undo and redo. */
function settleUndone(database: Database): void {
  const entries = all(database, 'SELECT seq, what, target FROM annotation ORDER BY seq') as Entry[]
  const undone = new Map(entries.map(({ seq }) => [seq, 0]))
  const targetOf = new Map(entries.map(({ seq, target }) => [seq, target]))
  for (const { what, target } of entries) {
    if (target === null) continue
    undone.set(target, 1)
    const again = what === 'redo' ? targetOf.get(target) : null
    if (again) undone.set(again, 0)
  }
  const set = database.prepare('UPDATE annotation SET undone = ? WHERE seq = ?')
  for (const [seq, value] of undone) set.run(value, seq)
}
