/** What every handler works on: the host's gifts and the project that is open. */
import { HandfulError } from '@shared/errors'
import type { HostInfo } from '@shared/contract/host'
import { Project } from '../jobs/project'
import { createProject, openProject, type Store } from '../store/open'
import type { RecentProjects } from './recent'

/** What differs between a window, a browser and the command line. */
export interface HostGifts {
  info: HostInfo
  recent: RecentProjects
  /** Take up interrupted jobs when a project opens. */
  resumeJobs: boolean
  chooseFolder?: (title: string) => Promise<string | null>
  reveal?: (path: string) => void
}

export class Session {
  readonly host: HostGifts
  #project: Project | null = null
  /** Opening and closing happen one after the other. */
  #last: Promise<unknown> = Promise.resolve()

  constructor(host: HostGifts) {
    this.host = host
  }

  get current(): Project | null {
    return this.#project
  }

  /** @throws HandfulError NO_PROJECT */
  get project(): Project {
    if (!this.#project) throw new HandfulError('NO_PROJECT', {})
    return this.#project
  }

  create(folder: string, choices: Parameters<typeof createProject>[1]): Promise<Project> {
    return this.#swap(() => createProject(folder, choices))
  }

  open(folder: string): Promise<Project> {
    return this.#swap(() => openProject(folder))
  }

  close(): Promise<void> {
    return this.#serial(() => this.#closeCurrent())
  }

  /** The project before stays open when the new one cannot be had. */
  #swap(make: () => Store): Promise<Project> {
    return this.#serial(async () => {
      const store = make()
      await this.#closeCurrent()
      const project = new Project(store)
      await project.recover()
      this.#project = project
      if (this.host.resumeJobs) project.jobs.resumeInterrupted()
      project.analysis.refitSoon()
      return project
    })
  }

  async #closeCurrent(): Promise<void> {
    const project = this.#project
    this.#project = null
    await project?.close()
  }

  #serial<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work)
    this.#last = result.catch(() => undefined)
    return result
  }
}
