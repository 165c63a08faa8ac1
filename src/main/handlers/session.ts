/** What every handler works on: the host's gifts and the project that is open. */
import { HandfulError } from '@shared/errors'
import type { HostInfo } from '@shared/contract/host'
import { physicalCores } from '../jobs/cores'
import type { Surroundings } from '../jobs/job'
import { Project } from '../jobs/project'
import { storageFailure } from '../store/failures'
import { createProject, openProject, type Store } from '../store/open'
import { Log } from './log'
import type { RecentProjects } from './recent'
import { SettingsFile } from './settings-file'

/** What differs between a window, a browser and the command line. */
export interface HostGifts {
  info: HostInfo
  recent: RecentProjects
  /** Take up interrupted jobs when a project opens. */
  resumeJobs: boolean
  chooseFolder?: (title: string) => Promise<string | null>
  chooseFile?: (title: string, extensions: string[]) => Promise<string | null>
  reveal?: (path: string) => void
  /** Where settings and the log are kept; without it neither is. */
  settingsFolder?: string
  /** Keeps the computer from going to sleep while work is under way. */
  stayAwake?: (awake: boolean) => void
}

export class Session {
  readonly host: HostGifts
  readonly settings: SettingsFile
  readonly log: Log | null
  readonly #surroundings: Surroundings
  #project: Project | null = null
  /** Opening and closing happen one after the other. */
  #last: Promise<unknown> = Promise.resolve()

  constructor(host: HostGifts) {
    this.host = host
    this.settings = new SettingsFile(host.settingsFolder)
    this.log = host.settingsFolder === undefined ? null : new Log(host.settingsFolder)
    this.#surroundings = {
      threads: () => this.settings.get().threads ?? physicalCores(),
      note: (level, event, details) => this.log?.write(level, event, details),
      busy: (working) => host.stayAwake?.(working),
    }
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

  /** What the list of recent projects says of the open one. */
  recountRecent(): void {
    const store = this.#project?.store
    if (!store) return
    try {
      this.host.recent.recount(store.folder, store.samples.counts().samples)
    } catch (cause) {
      this.log?.write('warn', 'recent projects not counted', { message: String(cause) }) // a lost disk must not keep it open
    }
  }

  close(): Promise<void> {
    return this.#serial(() => this.#closeCurrent())
  }

  /** Notes that the host started, and what ends it in the middle; the failure itself goes its way. */
  noteLife(): void {
    this.log?.write('info', 'started', { version: this.host.info.version })
    process.on('uncaughtExceptionMonitor', ({ message }) => this.log?.write('error', 'main failed', { message }))
  }

  /** Does `work` on the open project's store with nothing else at it, and opens the project again whatever comes of it. */
  async alone<T>(work: (store: Store) => Promise<T>): Promise<T> {
    const { folder } = this.project.store
    const result = await this.#serial(async () => {
      await this.#closeCurrent()
      const store = openProject(folder)
      return work(store)
        .then(
          (value) => ({ value }),
          (cause: unknown) => ({ cause }),
        )
        .finally(() => store.close())
    })
    await this.open(folder)
    if ('cause' in result) throw result.cause
    return result.value
  }

  /** The project before stays open when the new one cannot be had. */
  #swap(make: () => Store): Promise<Project> {
    return this.#serial(async () => {
      const store = make()
      await this.#closeCurrent()
      const project = new Project(store, this.#surroundings)
      await project.recover().catch(async (cause: unknown) => {
        await project.close() // else its lock would be held by a project that nobody has
        throw storageFailure(cause, store.folder)
      })
      this.#project = project
      if (this.host.resumeJobs) project.jobs.resumeInterrupted()
      project.analysis.refitWhereOutdated()
      return project
    })
  }

  async #closeCurrent(): Promise<void> {
    const project = this.#project
    this.recountRecent()
    this.#project = null
    await project?.close()
  }

  #serial<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work)
    this.#last = result.catch(() => undefined)
    return result
  }
}
