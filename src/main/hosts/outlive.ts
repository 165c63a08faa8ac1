/** No worker outlives main, not even one that is still loading or computes without a pause: a thread of its own looks after main. */

/** How often it looks, ms: a worker is gone within two seconds of main. */
const pulse = 400

/**
 * Ends the process at once when its parent is gone. Elsewhere than on Windows an orphan gets another parent; there the old one is
 * asked for.
 */
const watch = `
  const parent = process.ppid
  const isThere = () => {
    if (process.ppid !== parent) return false
    try { process.kill(parent, 0); return true } catch (cause) { return cause.code === 'EPERM' }
  }
  setInterval(() => { if (!isThere()) process.kill(process.pid, 'SIGKILL') }, ${pulse})
`
const limits = { maxOldGenerationSizeMb: 8, maxYoungGenerationSizeMb: 2, stackSizeMb: 1 }
const script = `
  import { Worker } from 'node:worker_threads'
  new Worker(${JSON.stringify(watch)}, { eval: true, execArgv: [], resourceLimits: ${JSON.stringify(limits)} }).unref()
`

/** For Node, before the entry file: runs before anything of it is loaded. */
export const endWithParent: readonly string[] = ['--import', `data:text/javascript,${encodeURIComponent(script)}`]
