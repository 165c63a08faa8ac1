/** tfjs has one current backend: whoever needs a certain one waits for its turn. */
import { tf } from './tfjs'

let last: Promise<unknown> = Promise.resolve()

/** Runs `program` while `name` is tfjs' backend, after whatever asked before. */
export function onBackend<T>(name: string, program: () => T | Promise<T>): Promise<T> {
  const turn = last.then(async () => {
    const previous = tf.engine().backendName
    await tf.setBackend(name)
    try {
      return await program()
    } finally {
      if (previous) await tf.setBackend(previous)
    }
  })
  last = turn.catch(() => undefined)
  return turn
}
