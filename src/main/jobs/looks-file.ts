/** What a run's worker writes down while it trains; main hands it to the page. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { LookRecord } from '@shared/look'

/** Null for a run that has none. */
export async function readLooks(projectFolder: string, runId: string): Promise<LookRecord | null> {
  try {
    return LookRecord.parse(JSON.parse(await readFile(join(projectFolder, 'runs', runId, 'looks.json'), 'utf8')))
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw cause
  }
}
