/** A session without a window, and the contract as its client. */
import { createRouterClient } from '@orpc/server'
import { router } from './index'
import { RecentProjects } from './recent'
import { Session } from './session'

/** @param base where projects and settings go */
export function openSession(base: string, resumeJobs = true) {
  const capabilities = { dialog: false, drop: false, reveal: false }
  const info = { version: '0', platform: 'test', capabilities, projectsFolder: base }
  const session = new Session({ info, recent: new RecentProjects(base), resumeJobs })
  return { session, api: createRouterClient(router, { context: { session } }) }
}
