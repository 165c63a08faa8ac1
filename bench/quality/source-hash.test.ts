import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { sourceHash } from './source-hash'

let folder: string
const put = (name: string, text: string) => writeFileSync(join(folder, name), text)
const hash = () => sourceHash([relative(join(import.meta.dirname, '../..'), join(folder, 'entry.ts'))])

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'handful-hash-'))
  mkdirSync(join(folder, 'inner'))
  put('entry.ts', "import {\n  one,\n} from './one'\nimport type { Two } from './two'\nexport { three } from './inner'\n")
  put('one.ts', "import './four'\nexport const one = 1\n")
  put('two.ts', 'export type Two = 2\n')
  put('inner/index.ts', 'export const three = 3\n')
  put('four.ts', "export const five = () => import('./five')\n")
  put('five.ts', 'export const five = 5\n')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

it.each(['entry.ts', 'one.ts', 'inner/index.ts', 'four.ts', 'five.ts'])('changes with %s', (name) => {
  const before = hash()
  expect(hash()).toBe(before)
  put(name, 'export const other = 0\n')
  expect(hash()).not.toBe(before)
})

it('does not change with what gives types only, or is not imported', () => {
  const before = hash()
  put('two.ts', 'export type Two = 22\n')
  put('other.ts', 'export const other = 0\n')
  expect(hash()).toBe(before)
})
