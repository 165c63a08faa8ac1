/** End-to-end tests: journeys against the built app; `npm run e2e` finds the browser and says under which hosts they run. */
import { defineConfig } from '@playwright/test'
import type { HostOptions } from './e2e/host'

const { HANDFUL_BROWSER: executablePath, HANDFUL_ELECTRON: electron, HANDFUL_SCREENSHOTS: screenshots } = process.env

export default defineConfig<HostOptions>({
  testDir: 'e2e',
  outputDir: 'test-results',
  snapshotPathTemplate: 'e2e/references/{arg}{ext}',
  workers: 1,
  forbidOnly: true,
  timeout: 180_000,
  expect: { timeout: 20_000 },
  reporter: 'list',
  use: {
    viewport: { width: 1440, height: 900 },
    colorScheme: 'light',
    // Without a graphics card, endless animations take the core that pretraining needs.
    contextOptions: { reducedMotion: 'reduce' },
    trace: 'retain-on-failure',
    launchOptions: {
      ...(executablePath ? { executablePath } : {}),
      args: ['--no-sandbox', '--disable-gpu', '--enable-unsafe-swiftshader', '--font-render-hinting=none'],
    },
  },
  projects: [
    { name: 'web host', use: { hostKind: 'web' } },
    ...(electron ? [{ name: 'Electron', testMatch: 'journey.spec.ts', use: { hostKind: 'electron' as const } }] : []),
    ...(screenshots ? [{ name: 'screenshots', testMatch: 'screenshots.shots.ts', use: { hostKind: 'web' as const } }] : []),
  ],
})
