/** No worker outlives main, not even one that is still loading or computes without a pause: a thread of its own looks after main. */

/** How often it looks, ms: a worker is gone within two seconds of main. */
const pulse = 400

const limits = { maxOldGenerationSizeMb: 8, maxYoungGenerationSizeMb: 2, stackSizeMb: 1 }

/**
 * Ends the process at once when `parent` is not its parent any more, or never was: main may be gone before this runs. On Windows an
 * orphan keeps the number of its parent, so that this one is asked for.
 */
const watch = (parent: number) => `
  const isThere = () => {
    if (process.ppid !== ${parent}) return false
    try { process.kill(${parent}, 0); return true } catch (cause) { return cause.code === 'EPERM' }
  }
  const look = () => { if (!isThere()) process.kill(process.pid, 'SIGKILL') }
  look()
  setInterval(look, ${pulse})
`

/** For Node, before the entry file: runs before anything of it is loaded. Given by the process that starts the worker. */
export function endWithParent(): string[] {
  const script = `
    import { Worker } from 'node:worker_threads'
    new Worker(${JSON.stringify(watch(process.pid))}, { eval: true, execArgv: [], resourceLimits: ${JSON.stringify(limits)} }).unref()
  `
  return ['--import', `data:text/javascript,${encodeURIComponent(script)}`]
}
