/** One Handful per project: an exclusive lock that the operating system drops when its process ends, however it ends. */
import { join } from 'node:path'
import { HandfulError } from '@shared/errors'
import Database from 'better-sqlite3'
import { failureOf } from './failures'

export interface Lock {
  release(): void
}

/** @throws HandfulError PROJECT_IN_USE, PROJECT_READ_ONLY */
export function lockProject(folder: string): Lock {
  let database: Database.Database | undefined
  try {
    database = new Database(join(folder, 'lock.sqlite'), { timeout: 0 })
    database.exec('BEGIN EXCLUSIVE')
  } catch (cause) {
    database?.close()
    throw (cause as { code?: string }).code === 'SQLITE_BUSY'
      ? new HandfulError('PROJECT_IN_USE', { path: folder }, { cause })
      : failureOf(cause, folder)
  }
  const held = database
  return { release: () => held.close() }
}
