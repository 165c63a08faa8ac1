/** A worker that never comes back to its event loop; and, with an argument, a main that starts one and tells its number. */
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { endWithParent } from './outlive'
import { serve } from './serve'

if (process.argv[2] === 'main') {
  const child = spawn(process.execPath, [...endWithParent(), ...process.execArgv, fileURLToPath(import.meta.url)], {
    stdio: ['ignore', 2, 2, 'pipe'],
  })
  process.stdout.write(`${child.pid}\n`)
  setInterval(() => undefined, 1000)
} else {
  serve({})
  setTimeout(() => {
    for (;;);
  }, 300)
}
