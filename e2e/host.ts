/** Starts the built app for a test, in a browser or under Electron, with a home of its own; fails the test on any error in the page. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test as base, type Page } from '@playwright/test'

export const root = join(import.meta.dirname, '..')
export const fixtures = join(import.meta.dirname, 'fixtures')

export interface HostOptions {
  hostKind: 'web' | 'electron'
}

export interface WebHost {
  /** Opens the app once. */
  address: string
  process: ChildProcess
  stop(): Promise<void>
}

/** Runs `web.js` on `node`. */
export async function startWebHost(
  home: string,
  script = join(root, 'out/main/web.js'),
  node = process.execPath,
): Promise<WebHost> {
  const child = spawn(node, [script], { env: { ...process.env, HANDFUL_HOME: home }, stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  const address = await new Promise<string>((resolve, reject) => {
    child.stdout.on('data', (bytes: Buffer) => {
      const found = /http:\/\/\S+/.exec(bytes.toString())?.[0]
      if (found) resolve(found)
    })
    child.once('close', (code) => reject(new Error(`The web host ended with code ${code}`)))
  })
  return {
    address,
    process: child,
    async stop() {
      child.kill('SIGTERM')
      await ended
    },
  }
}

interface Fixtures {
  /** A folder for the test: settings and projects of the app, exports. */
  home: string
  /** The app's page, opened. */
  app: Page
}

export const test = base.extend<Fixtures & HostOptions>({
  hostKind: ['web', { option: true }],
  // eslint-disable-next-line no-empty-pattern -- Playwright reads the names of what a fixture needs
  home: async ({}, use) => {
    const home = realpathSync(mkdtempSync(join(tmpdir(), 'handful-e2e-')))
    await use(home)
    rmSync(home, { recursive: true, force: true })
  },
  app: async ({ hostKind, home, playwright, browser, contextOptions }, use) => {
    const errors: string[] = []
    const watch = (page: Page) => {
      page.on('pageerror', (error) => errors.push(error.message))
      page.on('console', (message) => {
        if (message.type() === 'error') errors.push(message.text())
      })
    }
    if (hostKind === 'web') {
      const host = await startWebHost(home)
      const context = await browser.newContext(contextOptions)
      const page = await context.newPage()
      watch(page)
      await page.goto(host.address)
      await page.waitForURL((url) => !url.search.includes('token'))
      await use(page)
      await context.close()
      await host.stop()
    } else {
      const executablePath = process.env['HANDFUL_ELECTRON'] ?? ''
      const electron = await playwright._electron.launch({
        executablePath,
        args: [root],
        env: { ...process.env, HANDFUL_HOME: home },
      })
      const page = await electron.firstWindow()
      watch(page)
      await use(page)
      await electron.close()
    }
    base.expect(errors).toEqual([])
  },
})
export { expect } from '@playwright/test'
