/** Runs a fetch once at a time; calls during a run lead to exactly one more run after it. */
export function coalesce(fetch: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | null = null
  let again = false

  return function run() {
    if (running) {
      again = true
      return running
    }
    running = (async () => {
      do {
        again = false
        await fetch()
      } while (again)
    })().finally(() => {
      running = null
    })
    return running
  }
}
