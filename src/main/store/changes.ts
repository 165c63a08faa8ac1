/** Rows of classes and clusters before and after an act, kept with its log entry so that it can be undone and done again. */
import type { Database } from 'better-sqlite3'

type Cell = string | number | null
export type Fields = Record<string, Cell>

/** `before: null`: the act made the row. Rows are never deleted, only marked `removed`. */
export interface RowChange {
  table: 'class' | 'cluster'
  id: number
  before: Fields | null
  after: Fields
}

const columns = { class: ['name', 'color', 'key', 'removed'], cluster: ['name', 'parent', 'removed'] } as const

export function applyChanges(database: Database, changes: readonly RowChange[], way: 'before' | 'after'): void {
  const ordered = way === 'before' ? changes.toReversed() : changes
  for (const change of ordered) {
    if (change[way] === null && hasLabels(database, change)) continue
    write(database, change, change[way] ?? { removed: 1 })
  }
}

/** A class that came together with labels of another copy stays while they are in force. */
const hasLabels = (database: Database, { table, id }: RowChange) =>
  table === 'class' && database.prepare('SELECT 1 FROM label WHERE class = ? AND cleared = 0 LIMIT 1').get(id) !== undefined

function write(database: Database, { table, id }: RowChange, wanted: Fields): void {
  const fields = table === 'class' ? withoutClash(database, id, wanted) : wanted
  const names = columns[table].filter((name) => name in fields)
  database
    .prepare(`UPDATE ${table} SET ${names.map((name) => `${name} = ?`).join(', ')} WHERE id = ?`)
    .run(...names.map((name) => fields[name]!), id)
}

/** A class that comes back finds its name or key taken by one that was made since: it gets another name, or no key. */
function withoutClash(database: Database, id: number, wanted: Fields): Fields {
  if (wanted['removed'] === 1) return wanted
  const taken = (column: 'name' | 'key', value: Cell) =>
    database.prepare(`SELECT 1 FROM class WHERE ${column} = ? AND removed = 0 AND id <> ?`).get(value, id) !== undefined
  const fields = { ...wanted }
  if (fields['key'] !== undefined && taken('key', fields['key'])) fields['key'] = null
  const name = fields['name']
  for (let number = 2; typeof fields['name'] === 'string' && taken('name', fields['name']); number++)
    fields['name'] = `${name} ${number}`
  return fields
}
