/** What a kind of long work is. Adding one is one file and one line in the registry. */
import { HandfulError } from '@shared/errors'
import type { JobKind, Progress, ProjectEvent } from '@shared/model'
import type { Store } from '../store/open'

export type Change = ProjectEvent['changed'][number]

/** What the host lends to jobs. */
export interface Surroundings {
  /** Threads that heavy work may use, asked when a job begins. */
  threads: () => number
  /** A line of the log; details carry codes and counts, never paths or names. */
  note: (level: 'info' | 'warn' | 'error', event: string, details: Record<string, unknown>) => void
  /** Work begins or ends: the computer should not go to sleep in between. */
  busy: (working: boolean) => void
}

export interface JobContext {
  store: Store
  /** Aborted when the person cancels or the project closes. */
  signal: AbortSignal
  report: (progress: Progress) => void
  /** Tells every window that these changed. */
  changed: (...what: Change[]) => void
  /** Queues what follows from this job. */
  enqueue: <P>(definition: JobDefinition<P>, params: P) => string
  /** Threads the heavy parts may use. */
  threads: number
}

/** Why a job's signal is aborted when a person pauses it. */
export class PauseWish extends HandfulError<'CANCELLED'> {}

export interface JobDefinition<P> {
  kind: JobKind
  title(params: P): string
  /**
   * Does the work, or goes on with what an earlier, killed try has done.
   * @returns what came of it, in one line
   */
  run(context: JobContext, params: P): Promise<string>
  /** Told when a person has paused or cancelled it, under way or waiting. */
  stopped?(context: Pick<JobContext, 'store' | 'changed'>, params: P, how: 'paused' | 'cancelled'): void
}
