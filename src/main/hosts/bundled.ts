/** Where the files that come with the app are: beside the sources, or among the resources of the packed app. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'

/**
 * @param main the folder of main's entries: `src/main`, `out/main`, or the latter inside a packed app
 * @param path below `resources`, as the package has it too
 */
export function bundled(main: string, path: string): string | undefined {
  return [join(main, '../../resources', path), join(main, '../../..', path)].find(existsSync)
}
