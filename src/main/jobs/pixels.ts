/** Pixel caches, made whole again where they were deleted or are of another size: samples are decoded anew from any of their places. */
import { missingPixels, pixelBytes, removeOtherPixels } from '../dataset/pixel-cache'
import type { Store } from '../store/open'
import { decodeThreads } from './cores'
import { DecodePool, poolBatch } from './decode-pool'
import type { JobContext } from './job'
import { progressMeter } from './rate'
import { checkRoom } from './room'

/**
 * Images whose files are gone or have changed stay without pixels.
 * @param size px; the project's own when left out
 * @param wanted ordinals; all when left out
 * @throws HandfulError DISK_FULL before anything is written
 */
export async function ensurePixels(context: JobContext, size?: number, wanted?: Set<number>): Promise<void> {
  const { store, signal, report, threads } = context
  const inputSize = size ?? store.meta.get('inputSize')
  if (typeof inputSize !== 'number') return
  const { root, followLinks, fit } = store.meta.facts()
  const missing = missingPixels(store.folder, inputSize, fit, store.samples.highest()).filter((at) => !wanted || wanted.has(at))
  if (missing.length === 0) return
  await checkRoom(store.folder, missing.length * pixelBytes(inputSize))
  const meter = progressMeter('Reading images again', missing.length)
  const pool = new DecodePool(signal, { threads: decodeThreads(threads) })
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

/**
 * Has pixels of this size while `work` goes on, of those `wanted`; the project's own are there anyway. When it fails or is paused they stay
 * for the next try; see `forgetPixels`.
 */
export async function withPixels<T>(
  context: JobContext,
  size: number,
  wanted: (() => Set<number>) | undefined,
  work: () => Promise<T>,
): Promise<T> {
  if (size === context.store.meta.get('inputSize')) return work()
  await ensurePixels(context, size, wanted?.())
  const result = await work()
  await forgetPixels(context.store)
  return result
}

/** Pixels of other sizes than the project's own. */
export async function forgetPixels({ meta, folder }: Store): Promise<void> {
  const size = meta.get('inputSize')
  if (typeof size === 'number') await removeOtherPixels(folder, size)
}
