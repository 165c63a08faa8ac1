/** The project a command works on. */
import { resolve } from 'node:path'
import type { ProjectState } from '@shared/model'
import type { Client } from './command'

export const projectOption = ['-p, --project <folder>', 'the project folder (<name>.handful)'] as const

export interface ProjectOption {
  project: string
}

/** @throws the typed errors of opening a project */
export const openProject = (client: Client, { project }: ProjectOption): Promise<ProjectState> =>
  client.projects.open({ folder: resolve(project) })

export async function projectState(client: Client): Promise<ProjectState> {
  const state = await client.projects.state()
  if (!state) throw new Error('the project was closed')
  return state
}
