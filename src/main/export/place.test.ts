/** Links where they can be made, the next best way where they cannot. */
import { lstatSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { copyFile, link, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { Placer, type Way } from './place'

const base = mkdtempSync(join(tmpdir(), 'handful-place-'))
afterAll(() => rmSync(base, { recursive: true }))
const source = Buffer.from(join(base, 'a.png'))
writeFileSync(source, 'image')

/** A file system on which some ways fail. */
function on(failing: Partial<Record<Way, string>>) {
  const check = (way: Way) => {
    const code = failing[way]
    if (code) throw Object.assign(new Error(code), { code })
  }
  return {
    symlink: async (from: Buffer, to: string) => (check('symlink'), symlink(from, to)),
    hardlink: async (from: Buffer, to: string) => (check('hardlink'), link(from, to)),
    copy: async (from: Buffer, to: string) => (check('copy'), copyFile(from, to)),
  }
}

test.each([
  [{}, 'symlink', null],
  [{ symlink: 'EPERM' }, 'hardlink', '1 hard links where symbolic links cannot be made'],
  [{ symlink: 'EPERM', hardlink: 'EXDEV' }, 'copy', '1 copies where symbolic links cannot be made'],
] as const)('asked for symbolic links, with %j it makes a %s', async (failing, way, note) => {
  const target = join(base, `link-${way}`)
  const placer = new Placer('symlink', on(failing))
  expect(await placer.place(source, target, 5)).toBeNull()
  expect(placer.counts[way]).toBe(1)
  expect(placer.note).toBe(note)
  expect(lstatSync(target).isSymbolicLink()).toBe(way === 'symlink')
  expect(statSync(target).ino === statSync(source).ino).toBe(way !== 'copy')
  expect(readFileSync(target, 'utf8')).toBe('image')
})

test('what is no matter of links fails: a full disk, a target that is there', async () => {
  await expect(new Placer('hardlink', on({ hardlink: 'ENOSPC' })).place(source, join(base, 'x'), 5)).rejects.toThrow('ENOSPC')
  mkdirSync(join(base, 'taken'))
  await expect(new Placer('copy').place(source, join(base, 'taken'), 5)).rejects.toThrow()
})

test('images that are gone or have changed are told, not placed', async () => {
  expect(await new Placer('copy').place(Buffer.from(join(base, 'none')), join(base, 'y'), 5)).toBe('the file is gone')
  expect(await new Placer('copy').place(source, join(base, 'y'), 6)).toBe('the file has changed since the import')
})
