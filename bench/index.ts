/** Measurements by name: `npm run bench -- <name> [--json] [--<option> <value>]…`; figures go to standard output. */
import { readdirSync } from 'node:fs'

export interface BenchResult {
  figures: Record<string, number>
}
/** Each other file here is a bench. Options are what follows the name: `--limit 100` is `{ limit: '100' }`. */
interface Bench {
  run(options: Record<string, string>): Promise<BenchResult>
}

const names = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith('.ts') && file !== 'index.ts' && !file.endsWith('.test.ts'))
  .map((file) => file.slice(0, -'.ts'.length))

function optionsOf(args: string[]): Record<string, string> {
  const options: Record<string, string> = {}
  for (let index = 0; index < args.length; index++) {
    const name = args[index]!.replace(/^--/, '')
    const next = args[index + 1]
    if (next === undefined || next.startsWith('--')) options[name] = 'true'
    else {
      options[name] = next
      index++
    }
  }
  return options
}

const [name = '', ...rest] = process.argv.slice(2)
if (!names.includes(name)) {
  console.error(`There is no bench named "${name}". There are: ${names.join(', ')}.`)
  process.exit(2)
}
const bench = (await import(new URL(`${name}.ts`, import.meta.url).href)) as Bench
const { json, ...options } = optionsOf(rest)
const result = await bench.run(options)
if (json) console.log(JSON.stringify(result))
else console.table(result.figures)
