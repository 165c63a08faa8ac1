/** `npm run bench -- <name> [--json] …`: runs a measurement from the sources. */
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { root, runNode } from './processes.ts'

const loader = pathToFileURL(join(root, 'src/main/hosts/source-loader.ts')).href
process.exit(await runNode(['--import', loader, join(root, 'bench/index.ts'), ...process.argv.slice(2)]))
