/** The pixel cache, made whole again where it was deleted or is of another size: samples are decoded anew from any of their places. */
import { missingPixels } from '../dataset/pixel-cache'
import { DecodePool, poolBatch } from './decode-pool'
import type { JobContext } from './job'
import { progressMeter } from './rate'

/** Images whose files are gone or have changed stay without pixels (black). */
export async function ensurePixels({ store, signal, report, threads }: JobContext): Promise<void> {
  const inputSize = store.meta.get('inputSize')
  if (typeof inputSize !== 'number') return
  const { root, followLinks, fit } = store.meta.facts()
  const missing = missingPixels(store.folder, inputSize, fit, store.samples.highest())
  if (missing.length === 0) return
  const meter = progressMeter('Reading images again', missing.length)
  const pool = new DecodePool(signal, { threads })
  pool.open({ projectFolder: store.folder, root, followLinks, inputSize, fit, pixelsOnly: true })
  try {
    for (let from = 0; from < missing.length; from += poolBatch) {
      let done = from
      await pool.decode(store.files.placesOf(missing.slice(from, from + poolBatch)), (outcomes) => {
        report(meter((done += outcomes.length)))
        return Promise.resolve()
      })
    }
  } finally {
    await pool.close()
  }
}
