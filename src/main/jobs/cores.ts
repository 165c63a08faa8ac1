/** How many threads heavy work takes unless a person says otherwise. */
import { readdirSync, readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'

/**
 * Physical cores that this process may use: two threads of one core only share what matrix products want. As Linux tells; elsewhere all
 * logical ones, which on Apple's processors are the same.
 */
export function physicalCores(topology = '/sys/devices/system/cpu'): number {
  return Math.min(availableParallelism(), coresOf(topology) ?? Infinity)
}

/** Decoding gains from the other threads of its cores as well, unless a person left some cores free. */
export const decodeThreads = (threads: number): number =>
  threads >= physicalCores() ? Math.max(threads, availableParallelism()) : threads

/** Distinct sets of threads that share a core; undefined where nothing is told. */
export function coresOf(topology: string): number | undefined {
  try {
    const threads = readdirSync(topology).filter((name) => /^cpu\d+$/.test(name))
    const siblings = threads.map((name) => readIfThere(join(topology, name, 'topology', 'thread_siblings_list')))
    return new Set(siblings.filter((each) => each !== undefined)).size || undefined
  } catch {
    return undefined
  }
}

/** Undefined for a core that is switched off. */
function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch {
    return undefined
  }
}
