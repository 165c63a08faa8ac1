/** No worker outlives main, not even one that computes without a pause: a thread of its own looks after main. */
import { Worker } from 'node:worker_threads'

/** How often it looks, ms: a worker is gone within two seconds of main. */
const pulse = 400

/**
 * Ends this process at once when its parent is gone. Elsewhere than on Windows an orphan gets another parent; there the old one is
 * asked for.
 */
const script = `
  const parent = process.ppid
  const isThere = () => {
    if (process.ppid !== parent) return false
    try { process.kill(parent, 0); return true } catch (cause) { return cause.code === 'EPERM' }
  }
  setInterval(() => { if (!isThere()) process.kill(process.pid, 'SIGKILL') }, ${pulse})
`

export function endWithParent(): void {
  const limits = { maxOldGenerationSizeMb: 8, maxYoungGenerationSizeMb: 2, stackSizeMb: 1 }
  new Worker(script, { eval: true, execArgv: [], resourceLimits: limits }).unref()
}
