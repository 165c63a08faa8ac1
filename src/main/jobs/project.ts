/** An open project at work: its store, its jobs, its analysis worker, and who listens to its changes. */
import { EventEmitter } from 'node:events'
import type { ProjectEvent } from '@shared/model'
import { ThumbnailReader } from '../dataset/thumbnails'
import type { Store } from '../store/open'
import { Analysis } from './analysis'
import type { Change, Surroundings } from './job'
import { Lookup } from './lookup'
import { Scheduler } from './scheduler'

/** Changes are gathered this long before they are told, ms. */
const gather = 60

export class Project {
  readonly store: Store
  readonly jobs: Scheduler
  readonly analysis: Analysis
  readonly lookup = new Lookup()
  readonly thumbnails: ThumbnailReader
  readonly #events = new EventEmitter<{ change: [ProjectEvent]; close: [] }>().setMaxListeners(0)
  #pending = new Set<Change>()
  #timer: NodeJS.Timeout | undefined
  #closed = false

  constructor(store: Store, surroundings: Surroundings) {
    this.store = store
    this.thumbnails = new ThumbnailReader(store.folder)
    this.jobs = new Scheduler(store, (...what) => this.changed(...what), surroundings)
    this.analysis = new Analysis(store, (...what) => this.changed(...what))
  }

  /** Puts right what a killed process left half done. */
  async recover(): Promise<void> {
    await this.store.annotations.catchUp()
  }

  changed(...what: Change[]): void {
    for (const one of what) this.#pending.add(one)
    this.#timer ??= setTimeout(() => void this.#tell(), gather)
  }

  /** Tells the analysis worker at once what changed, so that the next question sees it; windows hear of it soon after. */
  async changedNow(...what: Change[]): Promise<void> {
    this.changed(...what)
    await this.analysis.tell(what)
  }

  async *events(signal?: AbortSignal): AsyncGenerator<ProjectEvent> {
    const waiting: ProjectEvent[] = []
    let wake: () => void = () => undefined
    const keep = (event: ProjectEvent) => {
      waiting.push(event)
      wake()
    }
    const stop = () => wake()
    this.#events.on('change', keep).on('close', stop)
    signal?.addEventListener('abort', stop)
    try {
      while (!signal?.aborted && !this.#closed) {
        const event = waiting.shift()
        if (event) yield event
        else await new Promise<void>((resolve) => (wake = resolve))
      }
    } finally {
      this.#events.off('change', keep).off('close', stop)
      signal?.removeEventListener('abort', stop)
    }
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    clearTimeout(this.#timer)
    await this.jobs.close()
    await this.lookup.close()
    await this.analysis.close()
    await this.thumbnails.close()
    this.store.close()
    this.#events.emit('close')
  }

  async #tell(): Promise<void> {
    this.#timer = undefined
    const changed = [...this.#pending]
    this.#pending = new Set()
    const runChanged = changed.includes('runs') || changed.includes('clusters')
    await this.analysis.tell(changed).catch(() => undefined)
    if (runChanged || changed.includes('samples')) this.analysis.refitSoon()
    this.#events.emit('change', { changed })
  }
}
