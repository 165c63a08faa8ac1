/** Runs a project's jobs one after the other, keeps them in the job table, and takes them up again after a kill. */
import { EventEmitter } from 'node:events'
import { HandfulError } from '@shared/errors'
import type { Job, JobState, Progress } from '@shared/model'
import { v7 as uuidv7 } from 'uuid'
import { storageFailure } from '../store/failures'
import type { StoredJob } from '../store/job-table'
import type { Store } from '../store/open'
import { errorOf } from './failure'
import { type Change, type JobContext, type JobDefinition, PauseWish, type Surroundings } from './job'
import { jobDefinitions } from './registry'

/** Progress is told to windows at most this often, ms. */
const tellEvery = 100
/** … and written to the job table this often, ms. */
const saveEvery = 2000

const ended: ReadonlySet<JobState> = new Set<JobState>(['done', 'failed', 'cancelled', 'paused'])

export class Scheduler {
  readonly #store: Store
  readonly #changed: (...what: Change[]) => void
  readonly #jobs = new Map<string, StoredJob>()
  readonly #queue: string[] = []
  readonly #events = new EventEmitter<{ job: [Job] }>().setMaxListeners(0)
  /** Not paused by a person: under way, or waiting, when the project was last closed. */
  readonly #interrupted = new Set<string>()
  #running: { id: string; abort: AbortController; done: Promise<void> } | null = null
  readonly #surroundings: Surroundings
  #closed = false

  constructor(store: Store, changed: (...what: Change[]) => void, surroundings: Surroundings) {
    this.#store = store
    this.#changed = changed
    this.#surroundings = surroundings
    for (const job of store.jobs.list()) {
      const interrupted = job.state === 'running' || job.state === 'queued'
      this.#jobs.set(job.id, interrupted ? { ...job, state: 'paused' } : job)
      if (interrupted) this.#interrupted.add(job.id)
    }
  }

  /** Jobs that were under way when the project was last closed go on, the earliest first; those that a person paused do not. */
  resumeInterrupted(): void {
    const interrupted = [...this.#interrupted]
      .map((id) => this.#stored(id))
      .filter(({ state }) => state === 'paused')
      .sort((a, b) => a.createdAt - b.createdAt)
    for (const { id } of interrupted) this.resume(id)
  }

  enqueue<P>(definition: JobDefinition<P>, params: P): string {
    const id = uuidv7()
    this.#put({
      id,
      kind: definition.kind,
      title: definition.title(params),
      params,
      state: 'queued',
      progress: null,
      error: null,
      summary: null,
      createdAt: Date.now(),
      startedAt: null,
      endedAt: null,
    })
    this.#queue.push(id)
    void this.#next()
    return id
  }

  /** The title of what runs now. */
  get running(): string | null {
    return this.#running && this.#stored(this.#running.id).title
  }

  /** Latest first. */
  list(): Job[] {
    return [...this.#jobs.values()].sort((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? 1 : -1)).map(shown)
  }

  get(id: string): Job {
    return shown(this.#stored(id))
  }

  /** @throws HandfulError UNKNOWN_ID */
  resume(id: string): void {
    const job = this.#stored(id)
    if (!ended.has(job.state) || job.state === 'done') return
    this.#put({ ...job, state: 'queued', error: null, endedAt: null })
    this.#queue.push(id)
    void this.#next()
  }

  cancel(id: string): Promise<void> {
    return this.#stop(id, 'cancelled', new HandfulError('CANCELLED', { what: this.#stored(id).title }))
  }

  /** Ends the work for now, with what it has done kept; it stays so, also when the project is opened again, until it is resumed. */
  pause(id: string): Promise<void> {
    return this.#stop(id, 'paused', new PauseWish('CANCELLED', { what: this.#stored(id).title }))
  }

  /** Resolves with the job once it has ended. */
  async wait(id: string, signal?: AbortSignal): Promise<Job> {
    for await (const job of this.watch(signal)) if (job.id === id && ended.has(job.state)) return job
    return this.get(id)
  }

  /** Every job as it is, then every change, until the signal or the project's end. */
  async *watch(signal?: AbortSignal): AsyncGenerator<Job> {
    const fresh = new Map(this.list().map((job) => [job.id, job]))
    let wake: () => void = () => undefined
    const keep = (job: Job) => {
      fresh.set(job.id, job)
      wake()
    }
    const stop = () => wake()
    this.#events.on('job', keep)
    signal?.addEventListener('abort', stop)
    try {
      while (!signal?.aborted) {
        for (const [id, job] of fresh) {
          fresh.delete(id)
          yield job
        }
        if (this.#closed) return
        if (fresh.size === 0) await new Promise<void>((resolve) => (wake = resolve))
      }
    } finally {
      this.#events.off('job', keep)
      signal?.removeEventListener('abort', stop)
    }
  }

  /** Stops what runs; it is resumable. */
  async close(): Promise<void> {
    this.#closed = true
    this.#queue.length = 0
    this.#running?.abort.abort(new HandfulError('CANCELLED', { what: 'The project' }))
    await this.#running?.done
    for (const job of this.#jobs.values()) this.#events.emit('job', shown(job))
  }

  async #stop(id: string, how: 'paused' | 'cancelled', reason: HandfulError): Promise<void> {
    const waiting = this.#queue.indexOf(id)
    if (waiting >= 0) this.#queue.splice(waiting, 1)
    const job = this.#stored(id)
    if (this.#running?.id === id) {
      this.#running.abort.abort(reason)
      await this.#running.done
    } else if (job.state === 'queued' || (job.state === 'paused' && how === 'cancelled')) {
      this.#tellStopped(this.#put({ ...job, state: how, endedAt: Date.now() }))
    }
  }

  #tellStopped({ kind, params, state }: StoredJob): void {
    if (state !== 'paused' && state !== 'cancelled') return
    jobDefinitions[kind].stopped?.({ store: this.#store, changed: this.#changed }, params, state)
  }

  async #next(): Promise<void> {
    const id = this.#running || this.#closed ? undefined : this.#queue.shift()
    if (!id) return
    const abort = new AbortController()
    const done = this.#run(id, abort.signal)
    this.#running = { id, abort, done }
    await done
    this.#running = null
    void this.#next()
  }

  async #run(id: string, signal: AbortSignal): Promise<void> {
    const job = this.#put({ ...this.#stored(id), state: 'running', startedAt: Date.now(), endedAt: null, error: null })
    this.#surroundings.busy(true)
    try {
      const summary = await jobDefinitions[job.kind].run(this.#context(id, signal), job.params)
      this.#put({ ...this.#stored(id), state: 'done', summary, endedAt: Date.now() })
    } catch (cause) {
      const state = this.#closed ? 'queued' : stateAfter(signal)
      const error = state === 'failed' ? errorOf(storageFailure(cause, this.#store.folder)) : null
      this.#tellStopped(this.#put({ ...this.#stored(id), state, error, endedAt: Date.now() }))
    }
    this.#noteEnd(id)
    this.#surroundings.busy(false)
    this.#changed('jobs', 'project')
  }

  #noteEnd(id: string): void {
    const { kind, state, error, startedAt, endedAt } = this.#stored(id)
    const reason = (error?.data as { reason?: unknown } | undefined)?.reason
    const seconds = Math.round(((endedAt ?? 0) - (startedAt ?? 0)) / 1000)
    this.#surroundings.note(error ? 'error' : 'info', 'job ended', { kind, state, seconds, code: error?.code, reason })
  }

  #context(id: string, signal: AbortSignal): JobContext {
    let told = 0
    let saved = Date.now()
    return {
      store: this.#store,
      signal,
      changed: this.#changed,
      enqueue: (definition, params) => this.enqueue(definition, params),
      threads: this.#surroundings.threads(),
      report: (progress: Progress) => {
        const now = Date.now()
        const before = this.#stored(id)
        const newStage = before.progress?.stage !== progress.stage
        const job = { ...before, progress }
        this.#jobs.set(id, job)
        if (now - told >= tellEvery || newStage || progress.done === progress.total) {
          told = now
          this.#events.emit('job', shown(job))
        }
        if (now - saved >= saveEvery) {
          saved = now
          this.#store.jobs.put(job)
        }
      },
    }
  }

  #stored(id: string): StoredJob {
    const job = this.#jobs.get(id)
    if (!job) throw new HandfulError('UNKNOWN_ID', { what: 'job', id })
    return job
  }

  #put(job: StoredJob): StoredJob {
    this.#jobs.set(job.id, job)
    this.#store.jobs.put(job)
    this.#events.emit('job', shown(job))
    return job
  }
}

function stateAfter({ aborted, reason }: AbortSignal): JobState {
  if (!aborted) return 'failed'
  return reason instanceof PauseWish ? 'paused' : 'cancelled'
}

function shown({ params: _, ...job }: StoredJob): Job {
  return job
}
