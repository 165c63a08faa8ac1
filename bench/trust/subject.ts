/** The process that is killed: main's services on a project, acting out a stage, or going on with what a kill left. */
import { writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { createRouterClient } from '@orpc/server'
import { random } from '../../src/main/engine/random'
import { router } from '../../src/main/handlers'
import { RecentProjects } from '../../src/main/handlers/recent'
import { Session } from '../../src/main/handlers/session'
import { stages } from './stages'

export interface Order {
  folder: string
  /** Null: only go on with interrupted jobs. */
  stage: string | null
  seed: number
  target: string
}

const { folder, stage, seed, target } = JSON.parse(process.argv[2]!) as Order
const info = {
  version: '0',
  platform: 'bench',
  capabilities: { dialog: false, drop: false, reveal: false },
  projectsFolder: dirname(folder),
}
const session = new Session({ info, recent: new RecentProjects(`${folder}-settings`), resumeJobs: true })
const api = createRouterClient(router, { context: { session } })
/** At once, before anything else happens: what was told outlives this process. */
const tell = (event: unknown) => void writeSync(1, `${JSON.stringify(event)}\n`)

await api.projects.open({ folder })
if (stage !== null) {
  await stages[stage]!.run({
    api,
    draw: random(seed),
    target,
    inside: (inside) => tell({ inside }),
    acknowledge: (done) => tell({ done }),
  })
} else {
  for (let open = await unfinished(); open; open = await unfinished()) {
    const { state } = await api.jobs.wait({ id: open.id })
    if (state === 'failed') await api.jobs.resume({ id: open.id })
  }
}
await session.close()
tell({ ended: true })
process.exit(0)

async function unfinished() {
  return (await api.jobs.list()).find(({ state }) => state !== 'done' && state !== 'cancelled')
}
