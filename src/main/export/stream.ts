/** Work that reports as it goes, as a stream of its latest reports that ends with its result. */

/** Reports that come faster than they are read are dropped but for the latest. */
export async function* streamed<P, R>(work: (report: (progress: P) => void) => Promise<R>): AsyncGenerator<P, R, void> {
  const waiting: P[] = []
  let wake: () => void = () => undefined
  const result = work((progress) => {
    waiting[0] = progress
    wake()
  })
  const end = result.then(
    () => 'ended' as const,
    () => 'ended' as const,
  )
  for (;;) {
    const reported = new Promise<'reported'>((resolve) => (wake = () => resolve('reported')))
    const latest = waiting.pop()
    if (latest !== undefined) yield latest
    else if ((await Promise.race([end, reported])) === 'ended') return result
  }
}
