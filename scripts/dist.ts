/** `npm run dist`: a fresh build, packed for this platform into `release/`; `--dir` stops at the unpacked folder. */
import { parseArgs } from 'node:util'
import { build } from './fresh-build.ts'
import { packApp } from './packaging.ts'

const { values } = parseArgs({ options: { dir: { type: 'boolean', default: false } } })
if (!(await build())) process.exit(1)
await packApp({ folderOnly: values.dir })
