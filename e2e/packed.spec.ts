/** The packed app on its own: its Node, its workers and its natives do the whole job from a folder with nothing around it. */
import { execFileSync } from 'node:child_process'
import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createPackage } from '@electron/asar'
import { packApp } from '../scripts/packaging'
import { labelSome, preparedProject, signIn } from './client'
import { expect, fixtures, root, startWebHost, test } from './host'

/** Without Electron itself, which the stub stands for, bytes. */
const largest = 350e6

/** What electron-builder needs to find of an Electron: an executable, a version and a default app. */
async function stubElectron(folder: string): Promise<string> {
  mkdirSync(join(folder, 'electron/resources'), { recursive: true })
  mkdirSync(join(folder, 'default_app'))
  writeFileSync(join(folder, 'default_app/main.js'), '')
  await createPackage(join(folder, 'default_app'), join(folder, 'electron/resources/default_app.asar'))
  const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    devDependencies: { electron: string }
  }
  writeFileSync(join(folder, 'electron/version'), devDependencies.electron)
  writeFileSync(join(folder, 'electron/electron'), '#!/bin/sh\nexit 1\n')
  chmodSync(join(folder, 'electron/electron'), 0o755)
  return join(folder, 'electron')
}

const filesBelow = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))

test('packed for this platform, it imports, pretrains, labels and exports', async ({ home }) => {
  await packApp({ folderOnly: true, output: join(home, 'release'), stubElectron: await stubElectron(home) })
  const unpacked = readdirSync(join(home, 'release')).find((name) => name.endsWith('unpacked'))!
  const app = join(home, 'elsewhere')
  cpSync(join(home, 'release', unpacked), app, { recursive: true })
  for (let folder = home; dirname(folder) !== folder; folder = dirname(folder))
    expect(existsSync(join(folder, 'node_modules'))).toBe(false)

  const files = filesBelow(app)
  expect(files.reduce((sum, file) => sum + statSync(file).size, 0)).toBeLessThan(largest)
  const foreign = ['darwin', 'win32', 'linux'].filter((platform) => platform !== process.platform)
  expect(
    files.filter((file) => file.endsWith('.node') && foreign.some((platform) => file.slice(app.length).includes(platform))),
  ).toEqual([])

  const main = join(app, 'resources/app.asar.unpacked/out/main')
  const node = join(app, 'resources/node/node')
  const host = await startWebHost(home, join(main, 'web.js'), node)
  const { api, get, close } = await signIn(host.address())
  await preparedProject(api, join(fixtures, 'clothes'))
  const state = (await api.projects.state())!
  expect(state.counts).toMatchObject({ samples: 120, embedded: 120, quarantined: 0 })
  expect(state.counts.clusters).toBeGreaterThan(1)

  const thumb = await get('/media/thumb/119')
  expect(thumb.headers.get('content-type')).toBe('image/png')
  expect(
    Buffer.from(await thumb.arrayBuffer())
      .subarray(1, 4)
      .toString(),
  ).toBe('PNG')

  await labelSome(api, ['bag', 'trouser'], 5)
  const target = join(home, 'labels.csv')
  const { jobId } = await api.exports.start({ format: 'csv', target })
  expect(await api.jobs.wait({ id: jobId })).toMatchObject({ state: 'done' })
  expect(readFileSync(target, 'utf8').trim().split('\n')).toHaveLength(121)

  const { folder } = state
  await api.projects.close()
  close()
  await host.stop()

  const info = execFileSync(join(app, 'resources/bin/handful-cli'), ['info', '--project', folder, '--json'], { encoding: 'utf8' })
  expect(JSON.parse(info)).toMatchObject({ project: { counts: { samples: 120 } } })
})
