/** What a command gets to work with: the app's router in process, a terminal, a signal for Ctrl+C. */
import type { RouterClient } from '@orpc/server'
import { createRouterClient } from '@orpc/server'
import type { Job } from '@shared/model'
import { type Router, router } from '../handlers'
import { Session, type HostGifts } from '../handlers/session'
import { CommandFailure } from './exit-codes'
import type { Terminal } from './terminal'

export type Client = RouterClient<Router>

/** What a command answers: printed as JSON, or as lines of text. */
export interface Answer {
  json: Record<string, unknown>
  text: string
}

export interface CommandContext {
  client: Client
  terminal: Terminal
  /** Aborted by Ctrl+C. */
  signal: AbortSignal
  host: HostGifts
}

/** A session of the app's services for as long as `work` takes; whatever runs is stopped cleanly at the end. */
export async function withClient<T>(host: HostGifts, work: (client: Client) => Promise<T>): Promise<T> {
  const session = new Session(host)
  try {
    return await work(createRouterClient(router, { context: { session } }))
  } finally {
    await session.close()
  }
}

/**
 * Waits for a job, showing its progress; Ctrl+C cancels it.
 * @throws CommandFailure when it failed or was cancelled
 */
export async function finish(
  { client, terminal, signal }: Pick<CommandContext, 'client' | 'terminal' | 'signal'>,
  jobId: string,
): Promise<Job> {
  const stop = () => void client.jobs.cancel({ id: jobId })
  signal.addEventListener('abort', stop)
  if (signal.aborted) stop()
  try {
    for await (const job of await client.jobs.watch()) {
      if (job.id !== jobId) continue
      if (job.progress && job.state === 'running') terminal.progress(job.progress)
      if (job.state === 'done') return job
      if (job.state === 'failed') throw new CommandFailure(job.error ?? { code: 'UNEXPECTED', message: `${job.title} failed` })
      if (job.state === 'cancelled' || job.state === 'paused') throw cancelled(job.title)
    }
    throw cancelled('The job')
  } finally {
    signal.removeEventListener('abort', stop)
    terminal.settle()
  }
}

export const cancelled = (what: string) => new CommandFailure({ code: 'CANCELLED', message: `${what} was cancelled.` })
