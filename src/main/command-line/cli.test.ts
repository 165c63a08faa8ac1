/** The command line as a process: the whole journey, every exit code, Ctrl+C. */
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parse } from 'csv-parse/sync'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { migrations } from '../store/migrations'
import { openProject } from '../store/open'
import { writeStripes } from './stripes.fixture'

const base = mkdtempSync(join(tmpdir(), 'handful-cli-'))
const images = join(base, 'images')
const project = join(base, 'p.handful')
const at = (name: string) => join(base, name)
const main = join(import.meta.dirname, '..')
const start = ['--import', pathToFileURL(join(main, 'hosts/source-loader.ts')).href, join(main, 'cli.ts')]

interface Ended {
  code: number | null
  out: string
  err: string
}

function handful(args: string[], onError?: (text: string, pid: number) => void): Promise<Ended> {
  const child = spawn(process.execPath, [...start, ...args], { env: { ...process.env, HANDFUL_HOME: at('home') } })
  let [out, err] = ['', '']
  child.stdout.on('data', (bytes: Buffer) => (out += bytes.toString()))
  child.stderr.on('data', (bytes: Buffer) => {
    err += bytes.toString()
    onError?.(err, child.pid!)
  })
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, out, err })))
}
const json = async (...args: string[]) => {
  const { code, out, err } = await handful([...args, '--json'])
  expect(out.trim().split('\n'), err).toHaveLength(1)
  return { code, ...(JSON.parse(out) as Record<string, unknown>) } as Record<string, unknown> & {
    code: number
    error?: { code: string }
  }
}

beforeAll(() => writeStripes(images, 12))
afterAll(() => rmSync(base, { recursive: true, force: true }))

test('import, pretrain, label, propagate and export; each answers one JSON object', async () => {
  const imported = await handful(['import', images, '--project', project, '--json'])
  expect(imported.code, imported.err).toBe(0)
  expect(imported.err).toMatch(/Reading images/)
  expect(imported.err).not.toContain('\r')
  expect(JSON.parse(imported.out)).toMatchObject({ project, samples: 36, files: 36, quarantined: 0 })
  expect(await json('import', images, '--project', project)).toMatchObject({ code: 0, samples: 36 })

  const small = ['--task', 'instant', '--param', 'filters=32', '--param', 'views=4', '--param', 'dimensions=8']
  expect(await json('pretrain', '--project', project, ...small)).toMatchObject({
    code: 0,
    task: 'instant',
    dimensions: 8,
    embedded: 36,
  })
  expect(await json('cluster', '--project', project, '--granularity', '0.5')).toMatchObject({ code: 0 })
  expect(await json('propagate', '--project', project)).toMatchObject({ code: 6, error: { code: 'NOT_READY' } })

  const lines = [0, 1, 2].flatMap((kind) => [0, 1, 2].map((index) => `${kind}-${index}.png,stripes ${kind}`))
  writeFileSync(at('some.csv'), `file,class\n${lines.join('\n')}\nnowhere.png,x\n`)
  expect(await json('label', '--project', project, '--from', at('some.csv'))).toMatchObject({
    code: 0,
    matched: 9,
    unknownPathCount: 1,
  })
  expect(await json('label', '--project', project, '--class', 'Stripes 0', '--path', 'class 0/0-3.png')).toMatchObject({
    code: 0,
    samples: 1,
  })
  expect(await json('propagate', '--project', project, '--accept', '0.999')).toMatchObject({ code: 0, labels: 10 })

  const target = at('labels.csv')
  expect(await json('export', '--project', project, '--format', 'csv', '--to', target, '--split', '0.1,0.2')).toMatchObject({
    code: 0,
    rows: 36,
  })
  const rows = parse<Record<string, string>>(readFileSync(target), { columns: true })
  expect(rows).toHaveLength(36)
  expect(rows.filter(({ source }) => source === 'imported')).toHaveLength(9)
  expect(rows.filter(({ source }) => source === 'human').map(({ path }) => path)).toEqual(['class 0/0-3.png'])
  expect(rows.every(({ cluster_id: cluster }) => /^-?\d+$/.test(cluster!))).toBe(true)
  const right = rows.filter(({ path, label }) => label === `stripes ${path![6]}`).length
  expect(right).toBeGreaterThan(27)

  expect(await json('export', '--project', project, '--format', 'onnx', '--to', at('model'))).toMatchObject({ code: 0 })
  expect(existsSync(at('model/classifier.onnx'))).toBe(true)
  const info = await handful(['info', '--project', project])
  expect(info.out).toMatch(/images: 36/)
  expect(info.out).toMatch(/classes: stripes 0, stripes 1, stripes 2/)
})

describe('exit codes', () => {
  const exportTo = (to: string, ...more: string[]) => ['export', '--project', project, '--format', 'csv', '--to', to, ...more]

  test('0 for help and version, 2 for what is not understood', async () => {
    const help = await handful(['--help'])
    expect([help.code, help.out]).toEqual([0, expect.stringMatching(/Exit codes:[\s\S]*130 {2}cancelled/)])
    expect((await handful(['--version'])).code).toBe(0)
    for (const args of [
      [],
      ['fly'],
      ['import'],
      ['info'],
      ['pretrain', '--project', project, '--seed', 'x'],
      ['label', '--project', project],
      exportTo(at('x'), '--sources', 'luck'),
    ]) {
      expect((await handful(args)).code, args.join(' ')).toBe(2)
    }
    expect(await json('fly')).toMatchObject({ code: 2, error: { code: 'USAGE' } })
  })

  test('3 for input that cannot be used', async () => {
    mkdirSync(at('empty'))
    mkdirSync(at('texts'))
    writeFileSync(at('texts/a.jpg'), 'no image')
    writeFileSync(at('bad.csv'), 'path,label\n"a\n')
    const cases: [string[], string][] = [
      [['import', at('nowhere'), '--project', at('n.handful')], 'NOT_FOUND'],
      [['import', at('bad.csv'), '--project', at('n.handful')], 'NOT_A_FOLDER'],
      [['import', at('empty'), '--project', at('n.handful')], 'FOLDER_EMPTY'],
      [['import', at('texts'), '--project', at('t.handful')], 'NO_READABLE_IMAGE'],
      [['label', '--project', project, '--from', at('bad.csv')], 'LABEL_FILE'],
      [['label', '--project', project, '--class', 'x', '--path', 'none.png'], 'UNKNOWN_ID'],
      [['pretrain', '--project', project, '--task', 'magic'], 'UNKNOWN_ID'],
      [['info', '--project', at('none.handful')], 'NOT_FOUND'],
    ]
    for (const [args, code] of cases) expect(await json(...args), args.join(' ')).toMatchObject({ code: 3, error: { code } })
  })

  test('4 for a project that cannot be opened', async () => {
    const store = openProject(project)
    expect(await json('info', '--project', project)).toMatchObject({ code: 4, error: { code: 'PROJECT_IN_USE' } })
    store.database.pragma('user_version = 99')
    store.close()
    expect(await json('info', '--project', project)).toMatchObject({ code: 4, error: { code: 'PROJECT_NEWER' } })
    mkdirSync(at('broken.handful'))
    writeFileSync(at('broken.handful/project.sqlite'), Buffer.alloc(8192, 7))
    expect(await json('info', '--project', at('broken.handful'))).toMatchObject({ code: 4, error: { code: 'PROJECT_DAMAGED' } })
    const { default: Database } = await import('better-sqlite3')
    const database = new Database(join(project, 'project.sqlite'))
    database.pragma(`user_version = ${migrations.length}`)
    database.close()
    expect((await json('info', '--project', project)).code).toBe(0)
  })

  test('5 for output that cannot be written, 6 for nothing to do', async () => {
    writeFileSync(at('taken.csv'), 'mine')
    expect(await json(...exportTo(at('taken.csv')))).toMatchObject({ code: 5, error: { code: 'TARGET_EXISTS' } })
    expect(readFileSync(at('taken.csv'), 'utf8')).toBe('mine')
    expect(await json(...exportTo(join(images, 'l.csv')))).toMatchObject({ code: 5, error: { code: 'TARGET_INSIDE_IMAGES' } })
    expect(await json(...exportTo(at('taken.csv'), '--replace'))).toMatchObject({ code: 0 })
    expect(await json(...exportTo(at('y.csv'), '--sources', 'audited'))).toMatchObject({
      code: 6,
      error: { code: 'NOTHING_TO_DO' },
    })
    expect(await json('resume', '--project', project)).toMatchObject({ code: 6 })
  })

  test('130 for Ctrl+C: the job is cancelled, the project is free again', async () => {
    let sent = false
    const slow = ['pretrain', '--project', project, '--task', 'instant', '--param', 'filters=800', '--param', 'views=40']
    const ended = await handful(slow, (text, pid) => {
      if (sent || !/Learning|Describing|Finding/.test(text)) return
      sent = true
      process.kill(pid, 'SIGINT')
    })
    expect(ended.code, ended.err).toBe(130)
    expect(await json('info', '--project', project)).toMatchObject({ code: 0, interrupted: [] })
  })
})
