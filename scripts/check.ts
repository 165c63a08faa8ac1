/** `npm run check`: types, lint and unit tests, the fast part of `npm test`. */
import { finish, lint, types, unit } from './steps.ts'

await types()
await lint()
await unit()
finish()
