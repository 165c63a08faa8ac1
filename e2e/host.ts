/** Starts the built app for a test, in a browser or under Electron, with a home of its own; fails the test on any error in the page. */
import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test as base, type Browser, type BrowserContextOptions, type Electron, type Page } from '@playwright/test'
import { type Client, signIn } from './client'
import { startWebHost } from './start-web-host'

export { startWebHost } from './start-web-host'

export const root = join(import.meta.dirname, '..')
export const fixtures = join(import.meta.dirname, 'fixtures')

export interface HostOptions {
  hostKind: 'web' | 'electron'
}

/** Has the next native folder dialog answer `folder`; false where there is none and the app shows its own. */
export type AnswerDialog = (folder: string) => Promise<boolean>

async function inBrowser(home: string, browser: Browser, options: BrowserContextOptions): Promise<RunningApp> {
  const host = await startWebHost(home)
  const context = await browser.newContext(options)
  const page = await context.newPage()
  await page.goto(host.address())
  await page.waitForURL((url) => !url.search.includes('token'))
  return {
    page,
    signIn: () => signIn(host.address()),
    answerDialog: () => Promise.resolve(false),
    async stop() {
      await context.close()
      await host.stop()
    },
  }
}

async function inElectron(home: string, electron: Electron): Promise<RunningApp> {
  const executablePath = process.env['HANDFUL_ELECTRON'] ?? ''
  const app = await electron.launch({
    executablePath,
    args: [root],
    env: { ...process.env, HANDFUL_HOME: home },
  })
  return {
    page: await app.firstWindow(),
    signIn: () => Promise.reject(new Error('Electron serves its own page only')),
    async answerDialog(folder) {
      await app.evaluate(({ dialog }, path) => {
        dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [path] })
      }, folder)
      return true
    },
    stop: () => app.close(),
  }
}

interface Fixtures {
  /** A folder for the test: settings and projects of the app, exports. */
  home: string
  running: RunningApp
  /** The app's page, opened. */
  app: Page
  answerDialog: AnswerDialog
  /** The contract of the running host. */
  api: Client['api']
}

interface RunningApp {
  page: Page
  /** The contract, beside the page; in a browser only. */
  signIn(): Promise<Client>
  answerDialog: AnswerDialog
  stop(): Promise<void>
}

export const test = base.extend<Fixtures & HostOptions>({
  hostKind: ['web', { option: true }],
  // eslint-disable-next-line no-empty-pattern -- Playwright reads the names of what a fixture needs
  home: async ({}, use) => {
    const home = realpathSync(mkdtempSync(join(tmpdir(), 'handful-e2e-')))
    await use(home)
    rmSync(home, { recursive: true, force: true })
  },
  running: async ({ hostKind, home, playwright, browser, contextOptions }, use) => {
    const running =
      hostKind === 'web' ? await inBrowser(home, browser, contextOptions) : await inElectron(home, playwright._electron)
    await use(running)
    await running.stop()
  },
  app: async ({ running: { page } }, use) => {
    const errors: string[] = []
    page.on('pageerror', (error) => errors.push(error.message))
    page.on('console', (message) => {
      if (message.type() === 'error') errors.push(message.text())
    })
    await page.reload()
    await use(page)
    base.expect(errors).toEqual([])
  },
  answerDialog: ({ running }, use) => use(running.answerDialog),
  api: async ({ running }, use) => {
    const client = await running.signIn()
    await use(client.api)
    client.close()
  },
})
export { expect } from '@playwright/test'
