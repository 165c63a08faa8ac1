/** Starts subjects, hears what they tell, kills them or one of their workers, and sees that no worker outlives them. */
import { spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Acknowledged } from './stages'
import type { Order } from './subject'

export interface Subject {
  pid: number
  done: Acknowledged[]
  /** Resolves when the stage is in the part where kills fall; false when it ended before. */
  inside: Promise<boolean>
  /** True while it is there. */
  isInside(): boolean
  /** Resolves when it is gone: true when it came to its end. */
  ended: Promise<boolean>
  errors(): string
}

const loader = pathToFileURL(join(import.meta.dirname, '../../src/main/hosts/source-loader.ts')).href

export function startSubject(order: Order): Subject {
  const script = join(import.meta.dirname, 'subject.ts')
  const child = spawn(process.execPath, ['--import', loader, script, JSON.stringify(order)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const done: Acknowledged[] = []
  let [text, errors, inside, whole] = ['', '', false, false]
  let begin: (inside: boolean) => void = () => undefined
  const begun = new Promise<boolean>((resolve) => (begin = resolve))
  child.stderr.on('data', (bytes: Buffer) => (errors = (errors + bytes.toString()).slice(-2000)))
  child.stdout.on('data', (bytes: Buffer) => {
    const lines = (text + bytes.toString()).split('\n')
    text = lines.pop()!
    for (const line of lines) {
      const event = JSON.parse(line) as { inside?: boolean; done?: Acknowledged; ended?: true }
      if (event.done) done.push(event.done)
      if (event.inside !== undefined) inside = event.inside
      if (event.inside) begin(true)
      whole ||= event.ended === true
    }
  })
  const ended = new Promise<boolean>((resolve) => {
    child.once('close', () => {
      begin(false)
      resolve(whole)
    })
  })
  return { pid: child.pid!, done, inside: begun, isInside: () => inside, ended, errors: () => errors }
}

interface Row {
  pid: number
  parent: number
}

/** Linux only, as the harness is. */
function processes(): Row[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return []
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8')
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      return fields[0] === 'Z' ? [] : [{ pid: Number(name), parent: Number(fields[1]) }]
    } catch {
      return []
    }
  })
}

export const workersOf = (pid: number): number[] => processes().flatMap((row) => (row.parent === pid ? [row.pid] : []))

/** Whether all of these are gone within `limit` ms. */
export async function goneWithin(pids: number[], limit: number): Promise<boolean> {
  const until = performance.now() + limit
  const alive = () => {
    const all = new Set(processes().map(({ pid }) => pid))
    return pids.some((pid) => all.has(pid))
  }
  while (alive()) {
    if (performance.now() > until) return false
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  return true
}
