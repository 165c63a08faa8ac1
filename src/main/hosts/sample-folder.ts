/** Where the images of the sample project are: beside the sources, or among the resources of the packed app. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'

/** @param main the folder of the running entry: `src/main`, `out/main`, or the latter inside a packed app */
export function sampleFolder(main: string): string | undefined {
  return [join(main, '../../resources/sample/hands'), join(main, '../../../sample/hands')].find(existsSync)
}
