/** The projects opened last, in a small file of the person's settings folder. */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { RecentProject } from '@shared/contract/projects'
import { z } from 'zod'

const Remembered = z.array(RecentProject.omit({ present: true }))
type Remembered = z.infer<typeof Remembered>

export class RecentProjects {
  readonly #path: string
  constructor(settingsFolder: string) {
    this.#path = join(settingsFolder, 'recent.json')
  }

  list(): RecentProject[] {
    return this.#read().map((one) => ({ ...one, present: existsSync(join(one.folder, 'project.sqlite')) }))
  }

  remember(project: Remembered[number]): void {
    this.#write([project, ...this.#read().filter((one) => one.folder !== project.folder)].slice(0, 20))
  }

  /** Keeps its place: only how many images it has is new. */
  recount(folder: string, samples: number): void {
    const projects = this.#read()
    const known = projects.find((one) => one.folder === folder)
    if (known && known.samples !== samples) this.#write(projects.map((one) => (one === known ? { ...one, samples } : one)))
  }

  forget(folder: string): void {
    this.#write(this.#read().filter((one) => one.folder !== folder))
  }

  /** A list that cannot be read is no loss worth an error. */
  #read(): Remembered {
    try {
      return Remembered.parse(JSON.parse(readFileSync(this.#path, 'utf8')))
    } catch {
      return []
    }
  }

  #write(projects: Remembered): void {
    mkdirSync(dirname(this.#path), { recursive: true })
    writeFileSync(`${this.#path}.new`, JSON.stringify(projects, null, 2))
    renameSync(`${this.#path}.new`, this.#path)
  }
}
