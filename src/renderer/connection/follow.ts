/** Follows an event stream for as long as asked: opens it again when it breaks or ends. */
import type { Connection } from './connection'

export interface Stream<T> {
  /** Waits until a subscription can be tried. */
  ready: Pick<Connection, 'whenOpen'>['whenOpen']
  open: (signal: AbortSignal) => Promise<AsyncIterable<T>>
  /** Called once a subscription stands, also after each loss: the moment to take a snapshot. */
  subscribed?: () => void
  receive: (value: T) => void
  /** Pause before opening again, ms. */
  pause?: number
}

/** Starts following; the answer stops it. */
export function follow<T>({ ready, open, subscribed, receive, pause = 500 }: Stream<T>): () => void {
  const stop = new AbortController()
  const { signal } = stop

  async function run() {
    while (!signal.aborted) {
      try {
        await ready(signal)
        const stream = await open(signal)
        subscribed?.()
        for await (const value of stream) {
          if (signal.aborted) return
          receive(value)
        }
      } catch {
        if (signal.aborted) return
      }
      await new Promise((resolve) => setTimeout(resolve, pause))
    }
  }

  void run()
  return () => stop.abort(new DOMException('No longer followed', 'AbortError'))
}
