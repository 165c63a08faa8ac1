/** `npm run build`: builds the app into `out/`. */
import { build } from './fresh-build.ts'

process.exit((await build()) ? 0 : 1)
