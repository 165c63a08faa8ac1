/** Where a person's settings and new projects are, on each platform. */
import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

export interface PersonFolders {
  settings: string
  projects: string
}

interface Surroundings {
  platform: NodeJS.Platform
  home: string
  environment: Record<string, string | undefined>
}

/** `HANDFUL_HOME` puts both below one folder, for tests and for portable installations. */
export function personFolders(
  { platform, home, environment }: Surroundings = { platform: process.platform, home: homedir(), environment: process.env },
): PersonFolders {
  const own = environment['HANDFUL_HOME']
  if (own) return { settings: join(own, 'settings'), projects: join(own, 'projects') }
  const documents = join(home, 'Documents')
  const projects = join(existsSync(documents) ? documents : home, 'Handful')
  if (platform === 'darwin') return { settings: join(home, 'Library', 'Application Support', 'Handful'), projects }
  if (platform === 'win32')
    return { settings: join(environment['APPDATA'] ?? join(home, 'AppData', 'Roaming'), 'Handful'), projects }
  return { settings: join(environment['XDG_CONFIG_HOME'] ?? join(home, '.config'), 'handful'), projects }
}
