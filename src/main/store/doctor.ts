/** Checks a project against what must hold of it. */
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Finding } from '@shared/contract/care'
import Database from 'better-sqlite3'
import { Annotations } from './annotations'
import { chunkSize } from './embeddings'
import { migrations } from './migrations'

/** What the checks look at: a database that nobody need have opened for writing. */
interface Patient {
  folder: string
  database: Database.Database
}

const checks: ((patient: Patient) => Promise<Finding[]> | Finding[])[] = [
  structure,
  references,
  ordinals,
  projection,
  embeddings,
  thumbnails,
  encoders,
  leftovers,
]

/** Everything that does not hold of a project; an empty list is a sound one. Only reads; runs in a worker, since it takes long. */
export async function examine(folder: string): Promise<Finding[]> {
  const database = new Database(join(folder, 'project.sqlite'), { readonly: true, timeout: 5000 })
  try {
    const found: Finding[] = []
    database.exec('BEGIN') // one moment of a project that may be in use
    for (const check of checks) found.push(...(await check({ folder, database })))
    return found
  } finally {
    database.close()
  }
}

function check(code: Finding['code'], count: number, text: string, repairable = false): Finding[] {
  return count > 0 ? [{ code, count, text, repairable }] : []
}

/** SQLite's own check of every page. Indexes are made again from their tables. */
function structure({ database }: Patient): Finding[] {
  const verdict = database.pragma('integrity_check(20)') as { integrity_check: string }[]
  const wrong = verdict.map((row) => row.integrity_check).filter((line) => line !== 'ok')
  const onlyIndexes = wrong.every((line) => /index/i.test(line))
  return check('structure', wrong.length, `The database is damaged: ${wrong[0]}.`, onlyIndexes)
}

function references({ database }: Patient): Finding[] {
  const broken = database.pragma('foreign_key_check') as { table: string }[]
  return check('references', broken.length, `Rows of ${broken[0]?.table} name rows that do not exist.`)
}

/** Columns are indexed by ordinal, so that none may be missing. */
function ordinals({ database }: Patient): Finding[] {
  const gaps = database.prepare<[], number>('SELECT coalesce(max(ordinal) + 1, 0) - count(*) FROM sample').pluck().get()!
  return check('ordinals', gaps, 'Numbers of images are missing in their sequence.')
}

/** The labels in force are what the log says. */
async function projection({ database }: Patient): Promise<Finding[]> {
  const behind = "(SELECT coalesce(max(seq), 0) FROM annotation) > coalesce((SELECT value FROM meta WHERE name = 'projected'), 0)"
  if (database.prepare<[], number>(`SELECT ${behind}`).pluck().get() === 1) return [] // an act is being written
  return check('labels', await projectionErrors(database), 'Labels in force differ from the log of acts.', true)
}

/** Labels that differ when the log is played again from its beginning. */
async function projectionErrors(database: Database.Database): Promise<number> {
  const replay = new Database(':memory:')
  try {
    for (const migration of migrations) replay.exec(migration)
    replay.pragma('foreign_keys = OFF')
    for (const table of ['meta', 'class', 'annotation', 'annotation_set']) copyRows(database, replay, table)
    replay.exec("DELETE FROM meta WHERE name = 'projected'")
    await new Annotations(replay).catchUp()
    return differences(labelRows(database), labelRows(replay))
  } finally {
    replay.close()
  }
}

function copyRows(from: Database.Database, to: Database.Database, table: string): void {
  const columns = (from.pragma(`table_info(${table})`) as { name: string }[]).map(({ name }) => `"${name}"`)
  const put = to.prepare(`INSERT OR REPLACE INTO ${table} (${columns.join()}) VALUES (${columns.map(() => '?').join()})`)
  to.transaction(() => {
    for (const row of from.prepare(`SELECT ${columns.join()} FROM ${table}`).raw().iterate()) put.run(...(row as unknown[]))
  })()
}

/** Without `changed`, which tells when a row was touched and not what it says. */
function* labelRows(database: Database.Database): Generator<string> {
  const rows = database.prepare<[], Record<string, unknown>>('SELECT * FROM label WHERE cleared = 0 ORDER BY ordinal, class')
  for (const { changed: _, ...row } of rows.iterate()) yield JSON.stringify(row)
}

function differences(a: Iterator<string>, b: Iterator<string>): number {
  let count = 0
  for (let [left, right] = [a.next(), b.next()]; !left.done || !right.done; [left, right] = [a.next(), b.next()]) {
    if (left.value !== right.value) count++
  }
  return count
}

function embeddings({ database }: Patient): Finding[] {
  const text = 'Embeddings are cut short or belong to nothing; they are made again when images are grouped.'
  return check('embeddings', brokenChunks(database).length, text, true)
}

/** Chunks that are not of the size that their run says, or for images that do not exist. */
export function brokenChunks(database: Database.Database): { run: string; chunk: number }[] {
  const last = database.prepare<[], number>('SELECT coalesce(max(ordinal), -1) FROM sample').pluck().get()!
  return database
    .prepare<[], { run: string; chunk: number; bytes: number; bits: number; dimensions: number | null }>(
      `SELECT e.run, e.chunk, length(e.data) AS bytes, length(e.present) AS bits, r.dimensions
       FROM embedding e LEFT JOIN run r ON r.id = e.run`,
    )
    .all()
    .filter(
      ({ chunk, bytes, bits, dimensions }) =>
        bits !== chunkSize / 8 || bytes !== chunkSize * (dimensions ?? 0) * 4 || chunk * chunkSize > last,
    )
}

/** Thumbnails lie inside their pack files. */
function thumbnails({ database, folder }: Patient): Finding[] {
  const packs = database
    .prepare<[], { pack: number; end: number }>(
      'SELECT thumb_pack AS pack, max(thumb_offset + thumb_bytes) AS "end" FROM sample WHERE thumb_bytes > 0 GROUP BY thumb_pack',
    )
    .all()
  const short = packs.filter(({ pack, end }) => {
    const path = join(folder, 'thumbnails', `${String(pack).padStart(4, '0')}.pack`)
    return !existsSync(path) || statSync(path).size < end
  })
  return check(
    'thumbnails',
    short.length,
    'Pack files of thumbnails are gone or cut short; images are shown from their files instead.',
  )
}

/** A run needs its encoder for images to come. */
function encoders({ folder, database }: Patient): Finding[] {
  const ready = database.prepare<[], string>("SELECT id FROM run WHERE state = 'ready'").pluck().all()
  const gone = ready.filter((id) => !existsSync(join(folder, 'runs', id, 'encoder.onnx')))
  return check('encoders', gone.length, 'Encoders of finished runs are gone: new images need a new pretraining.')
}

function leftovers(patient: Patient): Finding[] {
  return check('leftovers', orphanFolders(patient).length, 'Folders of runs that are no longer known take up room.', true)
}

/** Folders of runs that were removed while something held them. */
export function orphanFolders({ folder, database }: Patient): string[] {
  const below = join(folder, 'runs')
  const known = new Set(database.prepare<[], string>('SELECT id FROM run').pluck().all())
  return (existsSync(below) ? readdirSync(below) : []).filter((id) => !known.has(id)).map((id) => join(below, id))
}
