/** What a bench gives the app's services, as the command line does; nothing is shown. */
import { Terminal } from '../../src/main/command-line/terminal'
import { RecentProjects } from '../../src/main/handlers/recent'

/** @param base folder for what is remembered between projects */
export function benchHost(base: string) {
  const capabilities = { dialog: false, drop: false, reveal: false }
  const info = { version: '', platform: process.platform, capabilities, projectsFolder: base }
  return { info, recent: new RecentProjects(base), resumeJobs: false }
}

export const quietTerminal = () => new Terminal({ out: process.stdout, err: process.stderr }, true)
