/** The structured log: one JSON object a line, in a file of the settings folder that is kept small by rotation. */
import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'

export interface LogLine {
  /** Unix ms. */
  at: number
  level: 'info' | 'warn' | 'error'
  /** What happened, in a few fixed words: `job ended`, `worker ended`. */
  event: string
  [detail: string]: unknown
}

/** A file is set aside above this, bytes; this many older ones are kept. */
const largest = 1 << 20
const kept = 3

export class Log {
  readonly #path: string
  #bytes: number

  constructor(settingsFolder: string) {
    this.#path = join(settingsFolder, 'logs', 'handful.log')
    this.#bytes = existsSync(this.#path) ? statSync(this.#path).size : 0
  }

  /** A log that cannot be written is no reason to stop. */
  write(level: LogLine['level'], event: string, details: Record<string, unknown> = {}): void {
    const line = `${JSON.stringify({ at: Date.now(), level, event, ...details })}\n`
    try {
      if (this.#bytes + line.length > largest) this.#rotate()
      mkdirSync(dirname(this.#path), { recursive: true })
      appendFileSync(this.#path, line)
      this.#bytes += line.length
    } catch {
      // The disk is full or write-protected; what matters says so itself.
    }
  }

  /** The latest lines, the last one last. */
  tail(count: number): LogLine[] {
    const files = [older(this.#path, 1), this.#path].filter((path) => existsSync(path))
    const lines = files.flatMap((path) => readFileSync(path, 'utf8').split('\n'))
    return lines.flatMap(parsed).slice(-count)
  }

  #rotate(): void {
    for (let number = kept - 1; number >= 1; number--) {
      if (existsSync(older(this.#path, number))) renameSync(older(this.#path, number), older(this.#path, number + 1))
    }
    if (existsSync(this.#path)) renameSync(this.#path, older(this.#path, 1))
    this.#bytes = 0
  }
}

const older = (path: string, number: number) => path.replace(/\.log$/, `.${number}.log`)

/** A line cut short by a kill is left out. */
function parsed(line: string): LogLine[] {
  try {
    return line ? [JSON.parse(line) as LogLine] : []
  } catch {
    return []
  }
}
