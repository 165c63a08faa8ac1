/** Work that reports as it goes, as a stream of its latest reports that ends with its result. */

/** Reports that come faster than they are read are dropped but for the latest. */
export async function* streamed<P, R>(work: (report: (progress: P) => void) => Promise<R>): AsyncGenerator<P, R, void> {
  let latest: { progress: P } | undefined
  let wake: () => void = () => undefined
  let ended = false
  const result = work((progress) => {
    latest = { progress }
    wake()
  }).finally(() => {
    ended = true
    wake()
  })
  result.catch(() => undefined) // thrown below
  while (!ended) {
    if (!latest) await new Promise<void>((resolve) => (wake = resolve))
    const report = latest as { progress: P } | undefined
    latest = undefined
    if (report) yield report.progress
  }
  return result
}
