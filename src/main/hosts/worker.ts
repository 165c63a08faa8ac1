/** Starts a worker process and gives a typed client to it. The same in every host: workers are plain Node. */
import { spawn } from 'node:child_process'
import type { Duplex } from 'node:stream'
import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/message-port'
import type { AnyContractRouter, ContractRouterClient } from '@orpc/contract'
import { HandfulError } from '@shared/errors'
import { framePort } from './frames'
import { nodeExecutable } from './node-path'
import { endWithParent } from './outlive'
import { workerArguments } from './worker-entry'

export type WorkerName = 'import' | 'pretrain' | 'cluster' | 'analysis' | 'finetune' | 'export' | 'lookup' | 'doctor'

export interface Exit {
  /** Asked for by `kill` or by closing the channel. */
  expected: boolean
  /** `exit code 1`, `signal SIGKILL`, with the last error it printed. */
  reason: string
}

export interface WorkerProcess<C extends AnyContractRouter> {
  client: ContractRouterClient<C>
  pid: number
  exited: Promise<Exit>
  /** Ends it at once; resolves when it is gone. */
  kill: () => Promise<void>
  /**
   * Waits for `work` or for the worker's unexpected end, whichever is first.
   * @throws HandfulError WORKER_CRASHED
   */
  guard: <T>(work: Promise<T>) => Promise<T>
}

const channel = 3

/** The contract gives the client its type; the worker serves the router. */
export function startWorker<C extends AnyContractRouter>(name: WorkerName, _contract: C): WorkerProcess<C> {
  const child = spawn(nodeExecutable(), [...endWithParent(), ...workerArguments(name)], {
    stdio: ['ignore', 2, 'pipe', 'pipe'], // standard output belongs to the command line's answer
    env: { ...process.env, NODE_NO_WARNINGS: '1' },
    windowsHide: true,
  })
  let expected = false
  let lastLine = ''
  child.stderr!.on('data', (bytes: Buffer) => {
    const lines = bytes.toString().trim().split('\n')
    lastLine = lines.findLast((line) => /\bError\b/.test(line)) ?? lines.at(-1) ?? lastLine
    process.stderr.write(bytes)
  })
  const exited = new Promise<Exit>((resolve) => {
    child.once('error', (cause) => resolve({ expected, reason: cause.message }))
    child.once('close', (code, signal) => {
      const how = signal ? `signal ${signal}` : `exit code ${code}`
      resolve({ expected, reason: lastLine ? `${how}: ${lastLine.slice(0, 500)}` : how })
    })
  })
  const crash = exited.then((exit) => {
    throw new HandfulError('WORKER_CRASHED', { worker: name, reason: exit.reason })
  })
  // Not `Promise.race` with `crash`: that would keep every answer for as long as the worker lives.
  const waiting = new Set<(cause: unknown) => void>()
  let gone = false
  crash.catch((cause: unknown) => {
    gone = true
    for (const fail of waiting) fail(cause)
  })
  const client = createORPCClient<ContractRouterClient<C>>(new RPCLink({ port: framePort(child.stdio[channel] as Duplex) }))
  return {
    client,
    pid: child.pid ?? -1,
    exited,
    async kill() {
      expected = true
      child.kill('SIGKILL')
      await exited
    },
    guard: (work) =>
      new Promise((resolve, reject) => {
        if (gone) crash.catch(reject)
        waiting.add(reject)
        void work
          // The channel closes a moment before the exit is known: give the better error the time to come.
          .catch((cause: unknown) => settle(cause, crash))
          .then(resolve, reject)
          .finally(() => waiting.delete(reject))
      }),
  }
}

/** A closed channel means a crash whose reason is about to be known; anything else is the worker's own error. */
async function settle(cause: unknown, crash: Promise<never>): Promise<never> {
  if (cause instanceof Error && /closed|aborted/i.test(cause.message)) {
    await Promise.race([crash, new Promise((resolve) => setTimeout(resolve, 2000).unref())])
  }
  throw cause
}
