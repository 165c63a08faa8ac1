/** Puts right what the doctor found and what can be made again from the rest. */
import { rmSync } from 'node:fs'
import type { Finding } from '@shared/contract/care'
import { brokenChunks, orphanFolders } from './doctor'
import type { Store } from './open'

/** Make a backup before. Findings that are not repairable are left as they are. */
export async function repair(store: Store, findings: readonly Finding[]): Promise<void> {
  for (const { code } of findings.filter(({ repairable }) => repairable)) await repairs[code]?.(store)
}

const repairs: Partial<Record<Finding['code'], (store: Store) => void | Promise<void>>> = {
  structure: ({ database }) => void database.exec('REINDEX'),
  async labels({ database, annotations }) {
    database.transaction(() =>
      database.exec("DELETE FROM label; DELETE FROM member; DELETE FROM meta WHERE name = 'projected'"),
    )()
    await annotations.catchUp()
  },
  embeddings({ database }) {
    const drop = database.prepare('DELETE FROM embedding WHERE run = ? AND chunk = ?')
    for (const { run, chunk } of brokenChunks(database)) drop.run(run, chunk)
  },
  leftovers(store) {
    for (const path of orphanFolders(store)) rmSync(path, { recursive: true, force: true })
  },
}
