/** Makes a project of a database that cannot be opened any more: every row that can still be read, in a new file beside the old. */
import { existsSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { failureOf } from './failures'
import { lockProject } from './lock'
import { migrations } from './migrations'
import { databaseName, syncFile, syncFolder } from './open'

export interface Salvaged {
  /** The damaged file, kept. */
  kept: string
  /** Rows that were read, by table. */
  rows: Record<string, number>
}

/**
 * The damaged database stays beside the new one. Labels are played again from the log when the project is opened.
 * @throws HandfulError PROJECT_IN_USE, PROJECT_READ_ONLY, PROJECT_DAMAGED when nothing can be read, DISK_FULL
 */
export function salvage(folder: string, now = Date.now()): Salvaged {
  const lock = lockProject(folder)
  const path = join(folder, databaseName)
  const fresh = `${path}.new`
  rmSync(fresh, { force: true })
  try {
    const rows = rebuild(path, fresh)
    syncFile(fresh)
    const kept = join(folder, `project.damaged-${now}.sqlite`)
    renameSync(path, kept)
    for (const end of ['-wal', '-shm']) if (existsSync(path + end)) renameSync(path + end, kept + end)
    renameSync(fresh, path)
    syncFolder(folder)
    return { kept, rows }
  } catch (cause) {
    rmSync(fresh, { force: true })
    throw failureOf(cause, folder)
  } finally {
    lock.release()
  }
}

function rebuild(from: string, to: string): Record<string, number> {
  const damaged = new Database(from, { readonly: true })
  const fresh = new Database(to)
  try {
    fresh.pragma('foreign_keys = OFF')
    fresh.pragma('synchronous = OFF') // the whole file is synced at its end
    for (const migration of migrations) fresh.exec(migration)
    const tables = fresh
      .prepare<[], string>("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
      .pluck()
      .all()
    const rows = Object.fromEntries(tables.filter((name) => name !== 'label').map((name) => [name, rescue(damaged, fresh, name)]))
    if (!rows['meta'] || fresh.prepare("SELECT 1 FROM meta WHERE name = 'id'").get() === undefined)
      throw Object.assign(new Error('not even the name of the project can be read'), { code: 'SQLITE_CORRUPT' })
    fresh.exec("DELETE FROM meta WHERE name = 'projected'")
    fresh.transaction(() => {
      fillGaps(fresh)
      dropDangling(fresh)
    })()
    fresh.pragma(`user_version = ${migrations.length}`)
    return rows
  } finally {
    damaged.close()
    fresh.close()
  }
}

/** From the front as far as it goes, then from the back: what lies between is lost. */
function rescue(from: Database.Database, to: Database.Database, table: string): number {
  const known = new Set((from.pragma(`table_info(${table})`) as { name: string }[]).map(({ name }) => name))
  const info = to.pragma(`table_info(${table})`) as { name: string; pk: number }[]
  const columns = info.map(({ name }) => name).filter((name) => known.has(name))
  if (columns.length === 0) return 0
  const list = columns.map((name) => `"${name}"`).join()
  const key = info
    .filter(({ pk }) => pk > 0)
    .sort((a, b) => a.pk - b.pk)
    .map(({ name }) => name)
  const put = to.prepare(`INSERT OR IGNORE INTO ${table} (${list}) VALUES (${columns.map(() => '?').join()})`)
  let rows = 0
  for (const direction of ['', ' DESC']) {
    const order = key.map((name) => `"${name}"${direction}`).join()
    try {
      const found = from
        .prepare(`SELECT ${list} FROM ${table}${order ? ` ORDER BY ${order}` : ''}`)
        .raw()
        .iterate()
      to.transaction(() => {
        for (const row of untilDamaged(found as IterableIterator<unknown[]>)) rows += put.run(...row).changes
      })()
    } catch {
      // The table cannot even be looked for; the other direction may do.
    }
  }
  return rows
}

function* untilDamaged(rows: IterableIterator<unknown[]>): Generator<unknown[]> {
  for (;;) {
    let next: IteratorResult<unknown[]>
    try {
      next = rows.next()
    } catch {
      return
    }
    if (next.done) return
    yield next.value
  }
}

/**
 * Stand-ins for images whose rows were lost, since acts go by their numbers. Their files count as changed: the next rescan reads them and
 * carries each label over, to be confirmed.
 */
function fillGaps(database: Database.Database): void {
  const last =
    'SELECT max(ordinal) AS ordinal FROM sample UNION SELECT max(ordinal) FROM file UNION SELECT max(last) FROM annotation_set'
  const count = database.prepare<[], number | null>(`SELECT max(ordinal) FROM (${last})`).pluck().get() ?? -1
  const has = database.prepare('SELECT 1 FROM sample WHERE ordinal = ?')
  const put = database.prepare(
    `INSERT INTO sample (ordinal, sha256, pixel_hash, width, height, format, bytes, thumb_pack, thumb_offset, thumb_bytes, thumb_type)
     VALUES (?, randomblob(32), randomblob(32), 0, 0, 'lost', 0, 0, 0, 0, '')`,
  )
  const changed = database.prepare('UPDATE file SET mtime_ms = -1 WHERE ordinal = ?')
  for (let ordinal = 0; ordinal <= count; ordinal++) {
    if (has.get(ordinal)) continue
    put.run(ordinal)
    changed.run(ordinal)
  }
}

/** Rows whose owner was lost would make every later write fail. */
function dropDangling(database: Database.Database): void {
  for (;;) {
    const broken = database.pragma('foreign_key_check') as { table: string; rowid: number | null; parent: string; fkid: number }[]
    if (broken.length === 0) return
    for (const { table, rowid, parent, fkid } of broken) {
      if (rowid !== null) database.prepare(`DELETE FROM ${table} WHERE rowid = ?`).run(rowid)
      else {
        const link = (database.pragma(`foreign_key_list(${table})`) as { id: number; from: string; to: string }[]).find(
          ({ id }) => id === fkid,
        )!
        database.exec(`DELETE FROM ${table} WHERE "${link.from}" NOT IN (SELECT "${link.to}" FROM ${parent})`)
      }
    }
  }
}
