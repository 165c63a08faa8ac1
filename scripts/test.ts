/** `npm test`: everything. Goes on after a failure, so that one run tells all; the last line counts. */
import { build } from './fresh-build.ts'
import { e2e, finish, lint, one, types, unit } from './steps.ts'

await types()
await lint()
await unit()
if (await one('build', async () => ((await build()) ? 0 : 1))) await e2e()
finish()
