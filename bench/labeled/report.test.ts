import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { commandOf, table, writePart } from './report'

let folder: string
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'handful-report-'))))
afterEach(() => rmSync(folder, { recursive: true, force: true }))

it('comes to the end at first, later takes the place of what it wrote', () => {
  const path = join(folder, 'benchmarks.md')
  writeFileSync(path, '# Benchmarks\n\nBefore.\n')
  writePart(path, 'quality', 'Quality', ['one'])
  writeFileSync(path, `${readFileSync(path, 'utf8')}\nAfter.\n`)
  writePart(path, 'quality', 'Quality', table(['set', '10'], [['a', '1.0']]))
  const marks = ['<!-- quality: written by the bench -->', '<!-- /quality -->']
  expect(readFileSync(path, 'utf8')).toBe(
    `# Benchmarks\n\nBefore.\n\n## Quality\n\n${marks[0]}\n\n| set | 10 |\n| --- | --- |\n| a | 1.0 |\n\n${marks[1]}\n\nAfter.\n`,
  )
})

it('shows the command without folders of this machine', () => {
  expect(commandOf('quality', { sets: 'a,b', data: '/somewhere', cache: '/else', kept: 'true' })).toBe(
    'npm run bench -- quality --sets a,b --kept',
  )
})
