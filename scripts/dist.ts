/** `npm run dist`: a fresh build, packed by electron-builder for this platform; its options are passed on. */
import { build } from './fresh-build.ts'
import { runNode, tool } from './processes.ts'

if (!(await build())) process.exit(1)
process.exit(await runNode([tool('electron-builder'), '--publish', 'never', ...process.argv.slice(2)]))
