/** The person's settings of this installation, in a small file of the settings folder. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { Settings } from '@shared/contract/care'

const standard: Settings = { threads: null }

export class SettingsFile {
  readonly #path: string | null

  /** Without a folder nothing is remembered. */
  constructor(settingsFolder: string | undefined) {
    this.#path = settingsFolder === undefined ? null : join(settingsFolder, 'settings.json')
  }

  /** Settings that cannot be read are the standard ones. */
  get(): Settings {
    if (this.#path === null) return standard
    try {
      return { ...standard, ...Settings.partial().parse(JSON.parse(readFileSync(this.#path, 'utf8'))) }
    } catch {
      return standard
    }
  }

  change(change: Partial<Settings>): Settings {
    const settings = { ...this.get(), ...change }
    if (this.#path === null) return settings
    mkdirSync(dirname(this.#path), { recursive: true })
    writeFileSync(`${this.#path}.new`, JSON.stringify(settings, null, 2))
    renameSync(`${this.#path}.new`, this.#path)
    return settings
  }
}
