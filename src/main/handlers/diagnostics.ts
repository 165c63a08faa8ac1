/** What somebody who helps needs to know, without anything that tells whose computer or what pictures it is about. */
import { arch, availableParallelism, freemem, release, totalmem } from 'node:os'
import type { LogLine } from './log'

export interface DiagnosticFacts {
  version: string
  settings: Record<string, unknown>
  /** Counts and sizes only. */
  project: Record<string, unknown> | null
  log: LogLine[]
}

const gigabytes = (bytes: number) => `${(bytes / 2 ** 30).toFixed(1)} GB`

export function diagnostics({ version, settings, project, log }: DiagnosticFacts): string {
  const versions = process.versions
  const lines = [
    `Handful ${version} on ${process.platform} ${release()} ${arch()}`,
    `Node ${versions.node}, V8 ${versions.v8}${versions['electron'] ? `, Electron ${versions['electron']}` : ''}`,
    `${availableParallelism()} cores, ${gigabytes(totalmem())} of memory, ${gigabytes(freemem())} free`,
    `Settings: ${JSON.stringify(settings)}`,
    `Project: ${project ? JSON.stringify(project) : 'none open'}`,
    'Log:',
    ...log.map(({ at, level, event, ...details }) =>
      [new Date(at).toISOString(), level, event, JSON.stringify(details)].join(' '),
    ),
  ]
  return withoutPaths(lines.join('\n'))
}

/** From where an absolute path begins to the next quote, colon or line: names may hold blanks, and too much hidden is better than too little. */
const path = /(?:\b[A-Za-z]:(?=[\\/])|(?<![\w.)\\/]))[\\/][^\n"':]+/g

/** Paths replaced by a mark. */
export function withoutPaths(text: string): string {
  return text.replace(path, '‹path›')
}
