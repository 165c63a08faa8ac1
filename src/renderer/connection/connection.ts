/** One lasting connection to the host over links that may break: redials with backoff, and calls wait for it. */
import type { ClientContext, ClientLink, ClientOptions } from '@orpc/client'
import { readonly, ref, type Ref } from 'vue'

export type ConnectionState = 'connecting' | 'open' | 'lost'

/** One attempt at a channel. `opened` rejects and `closed` resolves when the channel is gone. */
export interface Wire {
  link: ClientLink<ClientContext>
  opened: Promise<void>
  closed: Promise<void>
}

export interface Connection {
  state: Readonly<Ref<ConnectionState>>
  link: ClientLink<ClientContext>
  /** Resolves when calls can be made; rejects with the signal's reason. */
  whenOpen(signal?: AbortSignal): Promise<void>
  /** Redial now instead of at the end of the pause. */
  retry(): void
  close(): void
}

/** Pause before attempt `n` (0 is the first after a loss), ms. */
export const backoff = (attempt: number) => Math.min(5000, 250 * 2 ** attempt)

export function createConnection(dial: () => Wire, pause: (attempt: number) => number = backoff): Connection {
  const state = ref<ConnectionState>('connecting')
  const waiting = new Set<() => void>()
  let current: Wire | null = null
  let closed = false
  let wake = () => {}

  const sleep = (ms: number) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms)
      wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })

  async function keep() {
    for (let attempt = 0; !closed; attempt++) {
      const wire = dial()
      try {
        await wire.opened
        current = wire
        state.value = 'open'
        attempt = -1
        for (const resume of [...waiting]) resume()
        await wire.closed
      } catch {
        // Not reachable: the state below says so, and the next attempt follows.
      }
      current = null
      if (closed) return
      state.value = 'lost'
      await sleep(pause(Math.max(0, attempt)))
    }
  }

  function whenOpen(signal?: AbortSignal): Promise<void> {
    if (current) return Promise.resolve()
    return new Promise((resolve, reject) => {
      const settle = () => {
        waiting.delete(settle)
        signal?.removeEventListener('abort', abort)
        resolve()
      }
      const abort = () => {
        waiting.delete(settle)
        reject(signal?.reason)
      }
      if (signal?.aborted) {
        reject(signal.reason)
        return
      }
      signal?.addEventListener('abort', abort, { once: true })
      waiting.add(settle)
    })
  }

  const link: ClientLink<ClientContext> = {
    async call(path: readonly string[], input: unknown, options: ClientOptions<ClientContext>) {
      while (!current) await whenOpen(options.signal)
      return current.link.call(path, input, options)
    },
  }

  void keep()
  return {
    state: readonly(state),
    link,
    whenOpen,
    retry: () => wake(),
    close() {
      closed = true
      wake()
    },
  }
}
