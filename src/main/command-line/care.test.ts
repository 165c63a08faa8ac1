/** Care of a project through the program, in this process: doctor, rescue, merge; and what a session notes and holds awake. */
import { cpSync, existsSync, mkdtempSync, openSync, readdirSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRouterClient } from '@orpc/server'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { router } from '../handlers'
import { RecentProjects } from '../handlers/recent'
import { Session } from '../handlers/session'
import { openProject } from '../store/open'
import { label, labelsByName, makeProject } from '../store/project.fixture'
import { runProgram } from './program'
import { writeStripes } from './stripes.fixture'

const base = mkdtempSync(join(tmpdir(), 'handful-care-cli-'))
const at = (name: string) => join(base, name)
afterAll(() => rmSync(base, { recursive: true, force: true }))

const host = {
  info: {
    version: '0',
    platform: 'test',
    capabilities: { dialog: false, drop: false, reveal: false },
    projectsFolder: base,
  },
  recent: new RecentProjects(base),
  settingsFolder: at('settings'),
  resumeJobs: false,
}

async function handful(...args: string[]) {
  let [out, err] = ['', '']
  const write = (take: (text: string) => void) => ({ write: (text: string) => (take(text), true), isTTY: false }) as never
  const streams = { out: write((text) => (out += text)), err: write((text) => (err += text)) }
  const code = await runProgram([...args, '--json'], { host, streams, signal: new AbortController().signal })
  return { code, err, ...(JSON.parse(out) as Record<string, unknown>) } as Record<string, unknown> & { code: number; err: string }
}

beforeAll(async () => {
  const store = makeProject(at('p.handful'), ['a', 'b', 'c', 'd'])
  await label(store, 'cat', [0, 1])
  store.close()
  cpSync(at('p.handful'), at('copy.handful'), { recursive: true })
})

test('doctor: a sound project, one with a fault, the same repaired', async () => {
  expect(await handful('doctor', '--project', at('p.handful'))).toMatchObject({ code: 0, found: [], left: [] })
  const store = openProject(at('p.handful'))
  store.database.exec('DELETE FROM label')
  store.close()
  expect(await handful('doctor', '--project', at('p.handful'))).toMatchObject({
    code: 0,
    found: [{ code: 'labels', count: 2 }],
    backup: null,
  })
  const repaired = await handful('doctor', '--project', at('p.handful'), '--repair')
  expect(repaired).toMatchObject({ code: 0, found: [{ code: 'labels' }], left: [] })
  expect(existsSync(repaired['backup'] as string)).toBe(true)
  const again = openProject(at('p.handful'))
  expect(Object.values(labelsByName(again))).toEqual(['cat', 'cat'])
  again.close()
})

test('merge: the labels of a copy come in, once; another project is refused', async () => {
  const copy = openProject(at('copy.handful'))
  await label(copy, 'dog', [2])
  copy.close()
  expect(await handful('merge', at('copy.handful'), '--project', at('p.handful'))).toMatchObject({
    code: 0,
    acts: 1,
    classes: 1,
    samples: 0,
  })
  expect(await handful('merge', at('copy.handful'), '--project', at('p.handful'))).toMatchObject({ code: 0, acts: 0 })
  makeProject(at('other.handful'), ['a']).close()
  expect(await handful('merge', at('other.handful'), '--project', at('p.handful'))).toMatchObject({
    code: 2,
    error: { code: 'BAD_PARAMETER' },
  })
  expect(await handful('merge', at('p.handful'), '--project', at('p.handful'))).toMatchObject({ code: 2 })
})

test('a project that does not open says what to do, and doctor --repair rescues it', async () => {
  cpSync(at('p.handful'), at('hurt.handful'), { recursive: true })
  const path = at('hurt.handful/project.sqlite')
  const database = new Database(path, { readonly: true })
  const page = database.prepare<[], number>("SELECT pageno FROM dbstat WHERE name = 'file'").pluck().get()!
  database.close()
  writeSync(openSync(path, 'r+'), Buffer.alloc(4096, 255), 0, 4096, (page - 1) * 4096)
  const refused = await handful('doctor', '--project', at('hurt.handful'))
  expect(refused).toMatchObject({ code: 4, error: { code: 'PROJECT_DAMAGED' } })
  expect(refused.err).toContain('doctor --repair')
  const rescued = await handful('doctor', '--project', at('hurt.handful'), '--repair')
  expect(rescued).toMatchObject({ code: 0, left: [] })
  expect(readdirSync(at('hurt.handful')).some((name) => name.startsWith('project.damaged-'))).toBe(true)
})

test('work keeps the computer awake and is noted by kind, seconds and code, never by name', async () => {
  await writeStripes(at('secret images'), 2)
  const stayAwake = vi.fn()
  const session = new Session({ ...host, stayAwake })
  const api = createRouterClient(router, { context: { session } })
  await api.projects.create({ root: at('secret images'), folder: at('secret.handful'), automatic: false })
  const [job] = await api.jobs.list()
  expect(stayAwake).toHaveBeenLastCalledWith(true)
  expect(await api.jobs.wait({ id: job!.id })).toMatchObject({ state: 'done' })
  await vi.waitFor(() => expect(stayAwake).toHaveBeenLastCalledWith(false))
  rmSync(at('secret images'), { recursive: true })
  const { jobId } = await api.projects.rescan({ automatic: false })
  expect(await api.jobs.wait({ id: jobId })).toMatchObject({ state: 'failed', error: { code: 'NOT_FOUND' } })
  const text = await api.care.diagnostics()
  expect(text).toMatch(/error job ended .*"kind":"import","state":"failed".*"code":"NOT_FOUND"/)
  expect(text).not.toContain('secret')
  expect(await api.care.change({ threads: 1 })).toEqual({ threads: 1 })
  expect((await api.care.settings()).threads).toBe(1)
  await session.close()
})
