/** Runs a script of this folder on the pinned Node, or says in a sentence why it cannot. Plain JavaScript: any Node starts it. */
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import console from 'node:console'
import { delimiter, dirname, join } from 'node:path'
import process from 'node:process'
import { fileURLToPath, pathToFileURL } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const pinned = Object.entries(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).optionalDependencies)
const here = `${process.platform.replace('win32', 'win')}-${process.arch}`
const [packageName, version] = pinned.find(([name]) => name.endsWith(here)) ?? []

function fail(sentence) {
  console.error(sentence)
  process.exit(1)
}

if (!existsSync(join(root, 'node_modules', 'vite'))) fail('The dependencies are not installed yet. Run `npm ci` first.')
if (!packageName) fail(`Handful does not run on ${process.platform}-${process.arch}: there is no Node ${pinned[0][1]} for it.`)
const bin = join(root, 'node_modules', packageName, 'bin')
const executable = join(bin, process.platform === 'win32' ? 'node.exe' : 'node')
if (!existsSync(executable))
  fail(`Node ${version} for ${here} is missing from node_modules. Run \`npm ci\` without --omit=optional, on this machine.`)

const [name, ...rest] = process.argv.slice(2)
const script = join(root, 'scripts', `${name}.ts`)
if (process.version === `v${version}`) {
  process.argv.splice(1, 2, script)
  await import(pathToFileURL(script).href)
} else {
  const env = { ...process.env, PATH: bin + delimiter + process.env.PATH }
  const { status } = spawnSync(executable, [script, ...rest], { stdio: 'inherit', env })
  process.exit(status ?? 1)
}
