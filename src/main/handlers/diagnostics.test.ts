/** The log rotates, survives what it is given, and what is copied for helpers names nobody's files. */
import { appendFileSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { diagnostics, withoutPaths } from './diagnostics'
import { Log } from './log'
import { SettingsFile } from './settings-file'

let base: string
beforeEach(() => (base = mkdtempSync(join(tmpdir(), 'handful-log-'))))
afterEach(() => rmSync(base, { recursive: true, force: true }))

test('the log keeps a few small files and answers with its latest lines', () => {
  const log = new Log(base)
  for (let number = 0; number < 6000; number++) log.write('info', 'job ended', { number, reason: 'x'.repeat(800) })
  const files = readdirSync(join(base, 'logs')).sort()
  expect(files).toEqual(['handful.1.log', 'handful.2.log', 'handful.3.log', 'handful.log'])
  for (const file of files) expect(statSync(join(base, 'logs', file)).size).toBeLessThanOrEqual(1 << 20)
  expect(log.tail(3).map(({ number }) => number)).toEqual([5997, 5998, 5999])
  expect(new Log(base).tail(2000).length).toBeGreaterThan(1200)
})

test('a line cut short by a kill costs that line alone; a log that cannot be written costs nothing', () => {
  const log = new Log(base)
  log.write('info', 'one')
  appendFileSync(join(base, 'logs/handful.log'), '{"at":1,"lev')
  expect(log.tail(5).map(({ event }) => event)).toEqual(['one'])
  new Log(join(base, 'logs/handful.log')).write('error', 'lost')
})

test.each([
  ['could not open /home/ann/My Pictures/cat (1).png', 'could not open ‹path›'],
  ['{"path":"/srv/x/y.handful","n":3}', '{"path":"‹path›","n":3}'],
  ['C:\\\\Users\\\\Ann Smith\\\\x.jpg', '‹path›'],
  ['\\\\\\\\server\\\\share\\\\x', '‹path›'],
  ['file:///home/ann/x: no such file', 'file:‹path›: no such file'],
  ['image/jpeg at 3/4 of 100 MB/s', 'image/jpeg at 3/4 of 100 MB/s'],
])('%s', (text, hidden) => {
  expect(withoutPaths(text)).toBe(hidden)
})

test('diagnostics say what helps and hide where it was', () => {
  const log = [{ at: 0, level: 'error' as const, event: 'job ended', code: 'DISK_FULL', reason: 'at /home/ann/photos' }]
  const text = diagnostics({ version: '1', settings: { threads: 2 }, project: { counts: { samples: 3 } }, log })
  expect(text).toMatch(/Handful 1 on \w+/)
  expect(text).toContain('DISK_FULL')
  expect(text).toContain('"samples":3')
  expect(text).not.toContain('ann')
})

test('settings are kept, and unreadable ones are the standard ones', () => {
  const settings = new SettingsFile(base)
  expect(settings.get()).toEqual({ threads: null })
  settings.change({ threads: 3 })
  expect(new SettingsFile(base).get()).toEqual({ threads: 3 })
  appendFileSync(join(base, 'settings.json'), 'x')
  expect(settings.get()).toEqual({ threads: null })
  expect(new SettingsFile(undefined).change({ threads: 1 })).toEqual({ threads: 1 })
})
