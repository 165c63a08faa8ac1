/** The built hosts alone: without Electron, and without loading anything heavy into main. */
import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { signIn } from './client'
import { expect, root, startWebHost, test } from './host'

const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { dependencies: Record<string, string> }

test('the web host and the command line run where there is no Electron', async ({ home }) => {
  cpSync(join(root, 'out'), join(home, 'app/out'), { recursive: true })
  cpSync(join(root, 'package.json'), join(home, 'app/package.json'))
  for (const name of Object.keys(dependencies)) {
    mkdirSync(dirname(join(home, 'app/node_modules', name)), { recursive: true })
    symlinkSync(join(root, 'node_modules', name), join(home, 'app/node_modules', name), 'junction')
  }
  const script = join(home, 'app/out/main/web.js')
  expect(() => createRequire(script).resolve('electron')).toThrow('Cannot find module')

  const host = await startWebHost(home, script)
  const client = await signIn(host.address())
  expect((await client.api.host.info()).capabilities).toEqual({ dialog: false, drop: false, reveal: false })
  client.close()
  await host.stop()

  const help = execFileSync(process.execPath, [join(home, 'app/out/main/cli.js'), '--help'], { encoding: 'utf8' })
  expect(help).toContain('Usage')
})

/** Every file that a built entry loads before anything is asked of it. */
function loadedBy(entry: string, seen = new Set<string>()): Set<string> {
  if (seen.has(entry)) return seen
  seen.add(entry)
  const statement = /(?:^|[;}\n])\s*(?:import|export)\s*(?:[\w$*{},\s]+?from\s*)?["']([^"']+)["']/g
  for (const [, specifier] of readFileSync(entry, 'utf8').matchAll(statement)) {
    if (!specifier!.startsWith('.')) seen.add(specifier!)
    else if (existsSync(join(dirname(entry), specifier!))) loadedBy(join(dirname(entry), specifier!), seen)
  }
  return seen
}

for (const entry of ['index', 'web', 'cli'])
  test(`main/${entry} loads no decoder, no ONNX Runtime and no tfjs`, () => {
    const loaded = [...loadedBy(join(root, 'out/main', `${entry}.js`))]
    expect(loaded).toContain('better-sqlite3')
    expect(loaded.filter((name) => /^(sharp|onnxruntime|libheif|@tensorflow)/.test(name))).toEqual([])
  })
