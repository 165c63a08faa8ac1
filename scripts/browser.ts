/** Finds a Chromium-based browser for the end-to-end tests, or installs one. */
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { chromium } from '@playwright/test'
import { run, runNode, tool } from './processes.ts'

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge', 'microsoft-edge-stable']
const patience = 10 * 60_000

function candidates(): string[] {
  const environment = process.env
  const asked = [environment['CHROMIUM'], environment['CHROME_PATH']].filter((path) => path !== undefined)
  if (process.platform === 'darwin') {
    const apps = ['Google Chrome', 'Chromium', 'Microsoft Edge'].map((name) => `/Applications/${name}.app/Contents/MacOS/${name}`)
    return [...asked, ...apps]
  }
  if (process.platform === 'win32') {
    const folders = ['ProgramFiles', 'ProgramFiles(x86)', 'LocalAppData'].flatMap((name) => environment[name] ?? [])
    const paths = ['Google\\Chrome\\Application\\chrome.exe', 'Microsoft\\Edge\\Application\\msedge.exe']
    return [...asked, ...folders.flatMap((folder) => paths.map((path) => join(folder, path)))]
  }
  const folders = [...(environment['PATH'] ?? '').split(delimiter), '/usr/bin', '/snap/bin']
  return [...asked, ...names.flatMap((name) => folders.map((folder) => join(folder, name)))]
}

const found = () => [...candidates(), chromium.executablePath()].find((path) => existsSync(path))

/** Absolute path of the executable, or undefined where there is none and none could be installed. */
export async function browser(): Promise<string | undefined> {
  const present = found()
  if (present) return present
  if (process.platform === 'linux' && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    console.log('Installing Chromium…')
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
    await run('apt-get', ['update', '-qq'], { env, timeout: patience, stdio: ['ignore', 'ignore', 'inherit'] })
    const install = ['install', '-qq', '--yes', '--no-install-recommends', 'chromium', 'fonts-liberation']
    await run('apt-get', install, { env, timeout: patience, stdio: ['ignore', 'ignore', 'inherit'] })
  } else {
    console.log('Fetching Chromium…')
    await runNode([tool('@playwright/test', 'playwright'), 'install', 'chromium'], { timeout: patience })
  }
  return found()
}

export const noBrowser =
  'The end-to-end tests need Chrome, Chromium or Edge, and none was found or could be installed. Install one, or set CHROMIUM to its path.'
