/** `npm run screenshots`: draws every page of the app into `docs/images`. */
import { buildIfStale } from './fresh-build.ts'
import { browser, noBrowser } from './browser.ts'
import { runNode, tool } from './processes.ts'

await buildIfStale()
const executable = await browser()
if (!executable) {
  console.error(noBrowser)
  process.exit(1)
}
const env = { ...process.env, HANDFUL_BROWSER: executable, HANDFUL_SCREENSHOTS: '1' }
process.exit(await runNode([tool('@playwright/test', 'playwright'), 'test', '--project=screenshots'], { env }))
