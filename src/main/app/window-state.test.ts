/** Checks that a window is always put where a person can grab it, and that its place survives a restart. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { placeWindow, readWindowState, writeWindowState } from './window-state'

const folder = mkdtempSync(join(tmpdir(), 'handful-window-'))
afterAll(() => rmSync(folder, { recursive: true }))

const laptop = { x: 0, y: 25, width: 1440, height: 875 }
const monitor = { x: 1440, y: 0, width: 2560, height: 1440 }
const saved = { x: 1700, y: 100, width: 1200, height: 800, maximized: false }

test('comes back where it was', () => {
  expect(placeWindow(saved, [laptop, monitor])).toEqual(saved)
})

test.each([
  ['the monitor was unplugged', saved],
  ['it was left of every screen', { ...saved, x: -1190 }],
  ['its title bar was above the screen', { ...saved, x: 100, y: -300 }],
  ['its title bar was below the screen', { ...saved, x: 100, y: 890 }],
])('goes to the middle of the first screen when %s', (_, state) => {
  expect(placeWindow(state, [laptop])).toEqual({ x: 0, y: 25, width: 1440, height: 875, maximized: false })
})

test('starts in the middle at the usual size, no larger than the screen', () => {
  expect(placeWindow(null, [monitor])).toEqual({ x: 2000, y: 270, width: 1440, height: 900, maximized: false })
  expect(placeWindow(null, [{ x: 0, y: 0, width: 1024, height: 700 }])).toMatchObject({ width: 1024, height: 700 })
})

test('is never smaller than the page needs, and stays maximized', () => {
  expect(placeWindow({ ...saved, width: 10, height: 10 }, [monitor, laptop])).toMatchObject({ width: 900, height: 600 })
  expect(placeWindow({ ...saved, maximized: true }, [laptop]).maximized).toBe(true)
})

test('survives a restart; what cannot be read is as good as none', () => {
  const path = join(folder, 'settings', 'window.json')
  expect(readWindowState(path)).toBeNull()
  writeWindowState(path, saved)
  expect(readWindowState(path)).toEqual(saved)
  writeFileSync(path, '{"x":"left"}')
  expect(readWindowState(path)).toBeNull()
})
