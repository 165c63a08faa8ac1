/** Proves that the import table bites: one small tree, each forbidden import found and each allowed one let through. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { ESLint } from 'eslint'
import tseslint from 'typescript-eslint'
import { afterAll, expect, test } from 'vitest'
import { importTable } from './import-table'

const root = realpathSync(mkdtempSync(join(tmpdir(), 'handful-import-table-')))
afterAll(() => rmSync(root, { recursive: true }))

const tree = [
  'shared/model', 'shared/time', 'renderer/main', 'preload/index', 'main/index', 'main/web', 'main/app/window', 'main/hosts/worker', 'main/handlers/host',
  'main/jobs/import', 'main/workers/import', 'main/dataset/scan', 'main/dataset/decode/pixels', 'main/store/open', 'main/store/reader', 'main/engine/session',
  'main/encoders/family', 'main/ssl/descriptors', 'main/ssl/registry', 'main/ssl/instant/descriptor', 'main/labeling/head', 'main/export/csv',
] // prettier-ignore
for (const file of tree) {
  const path = join(root, 'src', `${file}.ts`)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, 'export const one = 1\nexport type One = 1\n')
}
writeFileSync(
  join(root, 'tsconfig.json'),
  JSON.stringify({
    compilerOptions: { moduleResolution: 'bundler', module: 'ESNext', paths: { '@shared/*': ['./src/shared/*'] } },
    include: ['src'],
  }),
)

const eslint = new ESLint({
  cwd: root,
  overrideConfigFile: true,
  overrideConfig: [{ files: ['**/*.ts'], languageOptions: { parser: tseslint.parser } }, importTable(root)],
})

/** What lint says about `statement` in `src/<file>.ts`. */
async function complaints(file: string, statement: string): Promise<string[]> {
  const [result] = await eslint.lintText(`${statement}\n`, { filePath: join(root, 'src', `${file}.ts`) })
  return result!.messages.map((message) => message.message)
}

const forbidden: [string, string][] = [
  ['main/engine/session', `import { one } from '../encoders/family'`],
  ['main/encoders/family', `import { one } from '../ssl/registry'`],
  ['main/store/open', `import { one } from '../jobs/import'`],
  ['main/dataset/scan', `import { one } from '../store/open'`],
  ['main/jobs/import', `import { one } from '../ssl/registry'`],
  ['main/jobs/import', `import { one } from '../dataset/decode/pixels'`],
  ['main/handlers/host', `import { one } from '../hosts/worker'`],
  ['main/workers/import', `import { one } from '../store/open'`],
  ['main/export/csv', `import { one } from '../labeling/head'`],
  ['renderer/main', `import { one } from '../main/store/open'`],
  ['renderer/main', `import { one } from '@shared/model'`],
  ['shared/time', `import { one } from '../main/store/open'`],
  ['main/web', `import { app } from 'electron'`],
  ['main/hosts/worker', `import { app } from 'electron'`],
  ['main/jobs/import', `import { spawn } from 'node:child_process'`],
  ['main/engine/session', `import { fork } from 'child_process'`],
  ['main/store/open', `import sharp from 'sharp'`],
  ['main/dataset/scan', `import sharp from 'sharp'`],
  ['main/jobs/import', `import * as ort from 'onnxruntime-node'`],
  ['main/index', `import * as tf from '@tensorflow/tfjs-core'`],
  ['main/index', `void import('sharp')`],
]

test.each(forbidden)('%s may not contain: %s', async (file, statement) => {
  expect(await complaints(file, statement)).toHaveLength(1)
})

const permitted: [string, string][] = [
  ['main/labeling/head', `import { one } from '../engine/session'`],
  ['main/jobs/import', `import { one } from '../dataset/scan'`],
  ['main/jobs/import', `import { one } from '../ssl/descriptors'`],
  ['main/handlers/host', `import { one } from '../ssl/instant/descriptor'`],
  ['main/workers/import', `import { one } from '../store/reader'`],
  ['main/workers/import', `import { one } from '../dataset/decode/pixels'`],
  ['main/export/csv', `import { one } from '../store/reader'`],
  ['main/dataset/decode/pixels', `import sharp from 'sharp'`],
  ['main/engine/session', `import * as ort from 'onnxruntime-node'`],
  ['renderer/main', `import { one } from '@shared/time'`],
  ['renderer/main', `import type { One } from '@shared/model'`],
  ['preload/index', `import { ipcRenderer } from 'electron'`],
  ['main/index', `import { app } from 'electron'`],
  ['main/hosts/worker', `import { spawn } from 'node:child_process'`],
]

test.each(permitted)('%s may contain: %s', async (file, statement) => {
  expect(await complaints(file, statement)).toEqual([])
})
