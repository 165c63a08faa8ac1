/** Renames that fail for a while, as Windows does it. */
import { expect, test } from 'vitest'
import { renamePatiently } from './rename'

function failing(times: number, code: string) {
  let calls = 0
  const move = async () => {
    if (calls++ < times) throw Object.assign(new Error(code), { code })
  }
  return { move, calls: () => calls }
}

test('on Windows a file that is held for a moment is tried again, elsewhere it is not', async () => {
  const held = failing(3, 'EPERM')
  await renamePatiently('a', 'b', { platform: 'win32', move: held.move })
  expect(held.calls()).toBe(4)
  const once = failing(1, 'EPERM')
  await expect(renamePatiently('a', 'b', { platform: 'linux', move: once.move })).rejects.toThrow('EPERM')
  expect(once.calls()).toBe(1)
})

test('it gives up in the end, and at once where waiting does not help', async () => {
  const always = failing(100, 'EBUSY')
  await expect(renamePatiently('a', 'b', { platform: 'win32', move: always.move })).rejects.toThrow('EBUSY')
  const full = failing(1, 'ENOSPC')
  await expect(renamePatiently('a', 'b', { platform: 'win32', move: full.move })).rejects.toThrow('ENOSPC')
  expect(full.calls()).toBe(1)
})
