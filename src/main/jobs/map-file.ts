/** Where the file of a run's map2d is and whether it is there; main hands it to the page as it lies. */
import { stat } from 'node:fs/promises'
import { join } from 'node:path'

export const mapPath = (projectFolder: string, runId: string) => join(projectFolder, 'runs', runId, 'map2d.bin')

/** Changes with every new map; null when there is none. */
export async function mapVersion(projectFolder: string, runId: string): Promise<string | null> {
  const found = await stat(mapPath(projectFolder, runId)).catch(() => null)
  return found && `${runId.slice(-12)}-${Math.round(found.mtimeMs)}-${found.size}`
}
