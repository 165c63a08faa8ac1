/** Entry of the `handful` command: the app's services in process, on plain Node. */
import product from '../../package.json' with { type: 'json' }
import { runProgram } from './command-line/program'
import { RecentProjects } from './handlers/recent'
import { personFolders } from './hosts/person-folders'

const folders = personFolders()
const abort = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    if (abort.signal.aborted) process.exit(130) // asked twice: at once
    abort.abort()
  })
}

process.exitCode = await runProgram(process.argv.slice(2), {
  host: {
    info: {
      version: product.version,
      platform: process.platform,
      capabilities: { dialog: false, drop: false, reveal: false },
      projectsFolder: folders.projects,
    },
    recent: new RecentProjects(folders.settings),
    settingsFolder: folders.settings,
    resumeJobs: false,
  },
  streams: { out: process.stdout, err: process.stderr },
  signal: abort.signal,
})
