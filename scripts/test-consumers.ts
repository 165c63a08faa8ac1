/**
 * `npm run test:consumers [-- --venv <folder>] [--install] [--write]`: loads every export with the program it is for, label for label.
 * The Python packages stand in a virtual environment outside the repository; `--install` makes it. `--write` renews docs/formats.md.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { documentedMissing, type ConsumerResult, resultTable } from './consumers/table.ts'
import { output, root, run, runNode } from './processes.ts'

const flag = (name: string) => process.argv.includes(`--${name}`)
const value = (name: string) => (flag(name) ? process.argv[process.argv.indexOf(`--${name}`) + 1] : undefined)
const cache =
  process.env['XDG_CACHE_HOME'] ?? (process.platform === 'darwin' ? join(homedir(), 'Library/Caches') : join(homedir(), '.cache'))
const venv = value('venv') ?? process.env['HANDFUL_CONSUMERS'] ?? join(cache, 'handful-consumers')
const python = join(venv, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python')

if (flag('install')) {
  if (!existsSync(python) && (await run('python3', ['-m', 'venv', venv])) !== 0) process.exit(1)
  const wanted = readFileSync(join(root, 'scripts/consumers/requirements.txt'), 'utf8').split('\n').filter(Boolean)
  // One at a time: a package that cannot be had is reported as missing, and keeps no other from being tried.
  for (const one of wanted) await run(python, ['-m', 'pip', 'install', '--quiet', one])
  // FiftyOne and LightlyStudio depend on servers, which what is checked of them does without.
  const alone = join(root, 'scripts/consumers/without-dependencies.txt')
  await run(python, ['-m', 'pip', 'install', '--quiet', '--no-deps', '--requirement', alone])
}
if (!existsSync(python)) {
  console.error(`There is no Python environment at ${venv}. Make it with: npm run test:consumers -- --install`)
  process.exit(2)
}

const folder = mkdtempSync(join(tmpdir(), 'handful-consumers-'))
let results: ConsumerResult[]
try {
  const loader = pathToFileURL(join(root, 'src/main/hosts/source-loader.ts')).href
  const made = await runNode(['--import', loader, join(root, 'scripts/consumers/exports.ts'), folder])
  if (made !== 0) process.exit(made)
  const text = await output(python, [join(root, 'scripts/consumers/check.py'), folder])
  results = text
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as ConsumerResult)
} finally {
  rmSync(folder, { recursive: true, force: true })
}
for (const { format, consumer, version, state, detail } of results) {
  console.log(
    `${state === 'passed' ? 'ok    ' : state === 'missing' ? 'absent' : 'FAILED'}  ${format} in ${consumer} ${version}: ${detail}`,
  )
}
const documented = join(root, 'docs/formats.md')
if (flag('write')) writeFileSync(documented, resultTable(readFileSync(documented, 'utf8'), results))
const failed = results.filter(({ state }) => state === 'failed').length
const passed = results.filter(({ state }) => state === 'passed').length
const absent = results.filter(({ state, consumer }) => state === 'missing' && !documentedMissing.includes(consumer))
for (const { consumer } of absent) console.error(`${consumer} is missing and not among the documented ones`)
console.log(`${passed} passed, ${failed + absent.length} failed`)
process.exit(failed + absent.length === 0 && passed > 0 ? 0 : 1)
