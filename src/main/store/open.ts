/** Opens or makes a project's database: the only writer, with everything the other store files offer. */
import { randomUUID } from 'node:crypto'
import { closeSync, copyFileSync, existsSync, fsyncSync, mkdirSync, openSync, renameSync, statfsSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { HandfulError } from '@shared/errors'
import type { Fit, Labeling } from '@shared/model'
import Database from 'better-sqlite3'
import { Annotations } from './annotations'
import { Audits } from './audits'
import { Classes } from './classes'
import { failureOf } from './failures'
import { Files } from './files'
import { Heads } from './heads'
import { JobTable } from './job-table'
import { type Lock, lockProject } from './lock'
import { MadeClusters } from './made-clusters'
import { Meta } from './meta'
import { migrations } from './migrations'
import { NearCopies } from './near-copies'
import { Runs } from './runs'
import { SampleRows } from './sample-rows'
import { Splits } from './splits'

export interface Store {
  folder: string
  database: Database.Database
  meta: Meta
  classes: Classes
  annotations: Annotations
  splits: Splits
  madeClusters: MadeClusters
  runs: Runs
  heads: Heads
  audits: Audits
  nearCopies: NearCopies
  jobs: JobTable
  samples: SampleRows
  files: Files
  /** Idempotent. */
  close(): void
}

export const databaseName = 'project.sqlite'
/** NFS, SMB, CIFS, 9P, FUSE: shared memory of the write-ahead log does not work over them. */
const networkFileSystems = new Set([0x6969, 0x517b, 0xff534d42, 0xfe534d42, 0x01021997, 0x65735546])

/** @throws HandfulError PROJECT_EXISTS, PROJECT_READ_ONLY, DISK_FULL */
export function createProject(
  folder: string,
  choices: { root: Buffer; fit: Fit; labeling?: Labeling; followLinks: boolean; name?: string },
): Store {
  if (existsSync(join(folder, databaseName)) && !isUnfinished(folder)) throw new HandfulError('PROJECT_EXISTS', { path: folder })
  try {
    makeFolder(folder)
  } catch (cause) {
    throw failureOf(cause, folder)
  }
  const store = openDatabase(folder)
  const { name = basename(folder).replace(/\.handful$/, ''), labeling = 'single', ...rest } = choices
  store.database.transaction(() => store.meta.setFacts({ id: randomUUID(), name, labeling, ...rest, createdAt: Date.now() }))()
  return store
}

/** Left by a process that was killed while it made the project: nothing is in it yet. */
function isUnfinished(folder: string): boolean {
  try {
    const database = new Database(join(folder, databaseName), { readonly: true })
    try {
      const tables = database.prepare<[], string>("SELECT name FROM sqlite_master WHERE type = 'table'").pluck().all()
      if (tables.length === 0) return true
      return tables.includes('meta') && database.prepare("SELECT 1 FROM meta WHERE name = 'id'").get() === undefined
    } finally {
      database.close()
    }
  } catch {
    return false
  }
}

/** Node's own `recursive` never returns where a file system denies that a folder it lists can hold another (/proc, some mounts). */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return
  if (dirname(folder) !== folder) makeFolder(dirname(folder))
  mkdirSync(folder)
}

/** @throws HandfulError NOT_FOUND, PROJECT_IN_USE, PROJECT_NEWER, PROJECT_DAMAGED, PROJECT_READ_ONLY */
export function openProject(folder: string): Store {
  if (!existsSync(join(folder, databaseName))) throw new HandfulError('NOT_FOUND', { path: join(folder, databaseName) })
  const store = openDatabase(folder)
  if (store.meta.get('id') !== null) return store
  store.close()
  throw new HandfulError('PROJECT_DAMAGED', { path: folder, reason: 'it was never set up completely' })
}

function openDatabase(folder: string): Store {
  const lock = lockProject(folder)
  let database: Database.Database | undefined
  try {
    database = new Database(join(folder, databaseName), { timeout: 5000 })
    configure(database, folder)
    migrate(database, folder)
    return assemble(folder, database, lock)
  } catch (cause) {
    database?.close()
    lock.release()
    throw failureOf(cause, folder)
  }
}

function configure(database: Database.Database, folder: string): void {
  const overNetwork = networkFileSystems.has(statfsSync(folder).type)
  database.pragma(`journal_mode = ${overNetwork ? 'DELETE' : 'WAL'}`)
  database.pragma('synchronous = FULL')
  database.pragma('foreign_keys = ON')
  // Reads the whole file, which a large project has no time for at every start; SQLite still notices damage where it meets it.
  if (statSync(join(folder, databaseName)).size > 64e6) return
  const verdict = database.pragma('quick_check(1)', { simple: true }) as string
  if (verdict !== 'ok') throw new HandfulError('PROJECT_DAMAGED', { path: folder, reason: verdict })
}

function migrate(database: Database.Database, folder: string): void {
  const found = database.pragma('user_version', { simple: true }) as number
  if (found > migrations.length) throw new HandfulError('PROJECT_NEWER', { path: folder, found, known: migrations.length })
  if (found === migrations.length) return
  if (found > 0) {
    database.pragma('wal_checkpoint(TRUNCATE)')
    copyDurably(join(folder, databaseName), join(folder, `project-format-${found}.backup.sqlite`))
  }
  database.transaction(() => {
    for (const migration of migrations.slice(found)) database.exec(migration)
    database.pragma(`user_version = ${migrations.length}`)
    const broken = database.pragma('foreign_key_check') as { table: string }[]
    if (broken.length > 0)
      throw new Error(`after the change to format ${migrations.length}, ${broken[0]!.table} names rows that do not exist`)
  })()
}

/** Whole on the disk under its name, or not there at all. */
function copyDurably(from: string, to: string): void {
  copyFileSync(from, `${to}.new`)
  syncFile(`${to}.new`)
  renameSync(`${to}.new`, to)
  syncFolder(dirname(to))
}

export function syncFile(path: string): void {
  const file = openSync(path, 'r+')
  fsyncSync(file)
  closeSync(file)
}

/** Makes renames in a folder durable; where folders cannot be opened (Windows) the file system does it itself. */
export function syncFolder(folder: string): void {
  try {
    const handle = openSync(folder, 'r')
    try {
      fsyncSync(handle)
    } finally {
      closeSync(handle)
    }
  } catch {
    // Some network file systems refuse as well.
  }
}

function assemble(folder: string, database: Database.Database, lock: Lock): Store {
  return {
    folder,
    database,
    meta: new Meta(database),
    classes: new Classes(database),
    annotations: new Annotations(database),
    splits: new Splits(database),
    madeClusters: new MadeClusters(database),
    runs: new Runs(database),
    heads: new Heads(database),
    audits: new Audits(database),
    nearCopies: new NearCopies(database),
    jobs: new JobTable(database),
    samples: new SampleRows(database),
    files: new Files(database),
    close() {
      if (!database.open) return
      database.close()
      lock.release()
    },
  }
}
