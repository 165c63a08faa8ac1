/** TensorFlow itself as a tfjs backend, where a person has its Node binding: the optional second engine. */
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { tf } from './tfjs'

export interface Tensorflow {
  /** Name of the registered tfjs backend; null when there is none. */
  backend: 'tensorflow' | null
  /** `CPU`, `GPU`; null without a backend. */
  device: string | null
  package: string | null
  /** Why there is none, in one sentence. */
  reason: string | null
}

const packages = ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node'] as const

/** What tfjs-node keeps on its backend. */
type NodeBackend = { isUsingGpuDevice?: boolean }

/**
 * Loads tfjs-node-gpu, else tfjs-node: from `folder`, where `npm run enable:tensorflow` builds it, or from beside the app.
 * Its backend registers with the tfjs that runs here, since all copies of tfjs share one engine.
 */
export function loadTensorflow(folder?: string): Tensorflow {
  const places = [...(folder ? [createRequire(join(folder, 'package.json'))] : []), createRequire(import.meta.url)]
  const reasons: string[] = []
  const before = tf.engine().backendName
  for (const require of places) {
    for (const name of packages) {
      try {
        require.resolve(name)
      } catch {
        continue
      }
      try {
        require(name)
        const backend = tf.findBackend('tensorflow') as unknown as NodeBackend | null
        if (!backend) throw new Error('it registers no backend')
        return { backend: 'tensorflow', device: backend.isUsingGpuDevice ? 'GPU' : 'CPU', package: name, reason: null }
      } catch (cause) {
        reasons.push(`${name} does not load: ${firstLine(cause)}`)
      } finally {
        if (before) void tf.setBackend(before)
      }
    }
  }
  const reason = reasons[0] ?? `${packages[0]} is not installed; npm run enable:tensorflow builds it`
  return { backend: null, device: null, package: null, reason }
}

function firstLine(cause: unknown): string {
  return (cause instanceof Error ? cause.message : String(cause)).trim().split('\n')[0]!
}
