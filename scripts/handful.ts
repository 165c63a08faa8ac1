/** `npm run handful -- …`: the command line, built when stale; its output and exit code are passed on. */
import { join } from 'node:path'
import { buildIfStale } from './fresh-build.ts'
import { root, runNode } from './processes.ts'

await buildIfStale()
process.exit(
  await runNode([join(root, 'out/main/cli.js'), ...process.argv.slice(2)], { cwd: process.env['INIT_CWD'] ?? process.cwd() }),
)
