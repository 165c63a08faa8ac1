/** What SQLite and the file system say, in the product's error codes. */
import { HandfulError } from '@shared/errors'

const codes: Record<string, 'DISK_FULL' | 'PROJECT_READ_ONLY' | 'PROJECT_DAMAGED' | 'NOT_FOUND' | 'PROJECT_IN_USE'> = {
  SQLITE_FULL: 'DISK_FULL',
  ENOSPC: 'DISK_FULL',
  EDQUOT: 'DISK_FULL',
  SQLITE_READONLY: 'PROJECT_READ_ONLY',
  SQLITE_READONLY_DIRECTORY: 'PROJECT_READ_ONLY',
  SQLITE_CANTOPEN: 'PROJECT_READ_ONLY',
  SQLITE_PERM: 'PROJECT_READ_ONLY',
  EACCES: 'PROJECT_READ_ONLY',
  EPERM: 'PROJECT_READ_ONLY',
  EROFS: 'PROJECT_READ_ONLY',
  SQLITE_CORRUPT: 'PROJECT_DAMAGED',
  SQLITE_NOTADB: 'PROJECT_DAMAGED',
  SQLITE_BUSY: 'PROJECT_IN_USE',
  ENOENT: 'NOT_FOUND',
}

/** The typed error for a failure at `path`; errors that say nothing known come back as they are. */
export function failureOf(cause: unknown, path: string): Error {
  if (cause instanceof HandfulError) return cause
  const { code = '', message = String(cause) } = cause as { code?: string; message?: string }
  const known = codes[code] ?? codes[code.split('_').slice(0, 2).join('_')]
  switch (known) {
    case 'DISK_FULL':
      return new HandfulError(known, { path, needed: null, free: null }, { cause })
    case 'PROJECT_DAMAGED':
      return new HandfulError(known, { path, reason: message }, { cause })
    case undefined:
      return cause instanceof Error ? cause : new Error(message)
    default:
      return new HandfulError(known, { path }, { cause })
  }
}

/** Only what the database and the disk say of themselves: other files that an act names have their own errors. */
export function storageFailure(cause: unknown, path: string): unknown {
  const { code } = (cause ?? {}) as { code?: unknown }
  const ofStorage = typeof code === 'string' && (code.startsWith('SQLITE_') || ['ENOSPC', 'EDQUOT', 'EROFS'].includes(code))
  return ofStorage ? failureOf(cause, path) : cause
}
