/** The web host: the app for a browser, served by plain Node. */
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { RPCHandler } from '@orpc/server/ws'
import { version } from '../../package.json' with { type: 'json' }
import { router } from './handlers'
import { ProjectMedia } from './handlers/media'
import { RecentProjects } from './handlers/recent'
import { Session } from './handlers/session'
import { personFolders } from './hosts/person-folders'
import { bundled } from './hosts/bundled'
import { createSite } from './hosts/site'
import { startWebServer } from './hosts/web-server'

const { values } = parseArgs({ options: { port: { type: 'string', default: '0' } } })
const folders = personFolders()
const session = new Session({
  info: {
    version,
    platform: process.platform,
    capabilities: { dialog: false, drop: false, reveal: false },
    projectsFolder: folders.projects,
    sampleFolder: bundled(import.meta.dirname, 'sample/hands'),
  },
  recent: new RecentProjects(folders.settings),
  settingsFolder: folders.settings,
  resumeJobs: true,
})
session.noteLife()
const media = new ProjectMedia(session)
const rpc = new RPCHandler(router)

const server = await startWebServer({
  site: createSite(join(import.meta.dirname, '../renderer'), media),
  connect: (socket) => void rpc.upgrade(socket, { context: { session } }),
  port: Number(values.port),
  onWelcome: (next) => console.log(`Opened. For another browser: ${next}`),
}).catch((cause: NodeJS.ErrnoException) => {
  console.error(cause.code === 'EADDRINUSE' ? `Port ${values.port} is taken. Choose another with --port.` : cause.message)
  process.exit(1)
})
console.log(`Handful is at ${server.address()}`)

let closing = false
async function close(): Promise<void> {
  if (closing) process.exit(1) // asked twice: at once
  closing = true
  await server.close()
  await media.close()
  await session.close()
  process.exit(0)
}
process.on('SIGINT', () => void close())
process.on('SIGTERM', () => void close())
