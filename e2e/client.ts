/** Talks to a running web host as its page does: signs in, calls the contract over the socket, fetches images. */
import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/websocket'
import type { ContractRouterClient } from '@orpc/contract'
import { WebSocket } from 'ws'
import type { Contract } from '../src/shared/contract'

export interface Client {
  api: ContractRouterClient<Contract>
  get(path: string): Promise<Response>
  close(): void
}

export async function signIn(address: string): Promise<Client> {
  const { origin } = new URL(address)
  const welcome = await fetch(address)
  const cookie = welcome.headers.getSetCookie()[0]?.split(';')[0] ?? ''
  const socket = new WebSocket(`${origin.replace('http', 'ws')}/rpc`, { headers: { cookie, origin } })
  return {
    api: createORPCClient(new RPCLink({ websocket: socket })),
    get: (path) => fetch(origin + path, { headers: { cookie } }),
    close: () => socket.terminate(),
  }
}

/** Waits until every job has ended; a failed one is an error with its message. */
export async function jobsDone(api: Client['api']): Promise<void> {
  for (;;) {
    const jobs = await api.jobs.list()
    const failed = jobs.find(({ state }) => state === 'failed')
    if (failed) throw new Error(`${failed.title}: ${failed.error?.message ?? 'failed'}`)
    const waiting = jobs.find(({ state }) => state === 'queued' || state === 'running')
    if (!waiting) return
    await api.jobs.wait({ id: waiting.id })
  }
}

/** A project of `root`, read, pretrained and clustered. */
export async function preparedProject(api: Client['api'], root: string): Promise<void> {
  await api.projects.create({ root })
  await jobsDone(api)
}

/** Labels the first images of each class by the names of their folders. */
export async function labelSome(api: Client['api'], names: string[], perClass: number): Promise<void> {
  for (const name of names) {
    const { id: classId } = await api.classes.create({ name })
    const { rows } = await api.samples.page({ query: { text: `${name}/`, sort: 'path' }, offset: 0, limit: perClass })
    await api.annotations.label({ selection: { ordinals: rows.map(({ ordinal }) => ordinal) }, classId })
  }
  await api.review.refit()
}
