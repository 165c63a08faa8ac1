/** The connection to the host and the typed client of the contract over it. */
import { createORPCClient } from '@orpc/client'
import type { ContractRouterClient } from '@orpc/contract'
import type { Contract } from '@shared/contract'
import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import type { Connection, ConnectionState } from '../connection/connection'
import { follow, type Stream } from '../connection/follow'

export type Client = ContractRouterClient<Contract>

export const useConnection = defineStore('connection', () => {
  const held = shallowRef<{ connection: Connection; client: Client }>()

  function use(connection: Connection, client?: Client) {
    held.value = { connection, client: client ?? createORPCClient<Client>(connection.link) }
  }

  function current() {
    if (!held.value) throw new Error('The connection is used before it was made.')
    return held.value
  }

  /** Follows a stream of the contract across losses of the connection. */
  const followStream = <T>(stream: Omit<Stream<T>, 'ready'>) =>
    follow({ ...stream, ready: (signal) => current().connection.whenOpen(signal) })

  return {
    use,
    follow: followStream,
    retry: () => held.value?.connection.retry(),
    client: () => current().client,
    state: computed<ConnectionState>(() => held.value?.connection.state.value ?? 'connecting'),
  }
})

/** The contract's client, for stores and pages. */
export const useApi = (): Client => useConnection().client()
