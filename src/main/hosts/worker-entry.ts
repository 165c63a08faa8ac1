/** Where a worker's entry file is, in a build, in the packed app and in the sources, and how Node runs it. */
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { outsideArchive } from './node-path'

/** Arguments for the Node executable that start the worker `name`: `[entry]`, with the loader before it when run from the sources. */
export function workerArguments(name: string, from: string = import.meta.dirname): string[] {
  for (let folder = outsideArchive(from); dirname(folder) !== folder; folder = dirname(folder)) {
    const built = join(folder, 'workers', `${name}.js`)
    if (existsSync(built)) return [built]
    const source = join(folder, 'workers', `${name}.ts`)
    if (existsSync(source)) return ['--import', pathToFileURL(join(folder, 'hosts', 'source-loader.ts')).href, source]
  }
  throw new Error(`There is no worker named ${name} at or above ${from}`)
}
