/** `npm run e2e`: the user journeys against the built app, in a real browser and under Electron where it can run. */
import { buildIfStale } from './fresh-build.ts'
import { browser, noBrowser } from './browser.ts'
import { electronExecutable } from './electron.ts'
import { runNode, tool } from './processes.ts'

await buildIfStale()
const executable = await browser()
if (!executable) {
  console.error(noBrowser)
  process.exit(1)
}
const electron = electronExecutable()
const display =
  process.platform !== 'linux' || process.env['DISPLAY'] !== undefined || process.env['WAYLAND_DISPLAY'] !== undefined
const withElectron = electron !== undefined && display && process.getuid?.() !== 0
console.log(`End-to-end under the web host in ${executable}`)
if (withElectron) console.log(`End-to-end under Electron in ${electron}`)
else
  console.log(
    `Not under Electron: ${electron ? (display ? 'it does not run as root' : 'there is no display') : 'its executable is not here'}.`,
  )

const env: NodeJS.ProcessEnv = {
  ...process.env,
  HANDFUL_BROWSER: executable,
  ...(withElectron ? { HANDFUL_ELECTRON: electron } : {}),
}
process.exit(await runNode([tool('@playwright/test', 'playwright'), 'test', ...process.argv.slice(2)], { env }))
