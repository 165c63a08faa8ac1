/** Runs an encoder over images. */
import { type Session, withSession } from '../engine/session'
import { batches, type ImageSource } from '../views/images'

const most = 128

/** Images to run at a time: fewer of large ones, whose inner values take much memory; as many as the graph is made for. */
export const batchFor = ({ rows }: Session, size: number, most: number) => rows ?? (size > 128 ? Math.min(16, most) : most)

/** float32 [positions.length, dimensions] */
export async function embedBatch(session: Session, images: ImageSource, positions: Uint32Array): Promise<Float32Array> {
  const parts: Float32Array[] = []
  for (const inner of batches(positions.length, batchFor(session, images.size, most))) {
    const data = images.read(inner.map((index) => positions[index]!))
    const shape = [inner.length, images.size, images.size, 3]
    parts.push(await session.values({ [session.inputs[0]!]: { type: 'uint8', shape, data } }))
  }
  const all = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}

/** All images at once: float32 [count, dimensions]. */
export function embedAll(model: Uint8Array | string, images: ImageSource, threads: number): Promise<Float32Array> {
  const positions = Uint32Array.from({ length: images.count }, (_, index) => index)
  return withSession(model, { threads }, (session) => embedBatch(session, images, positions))
}
