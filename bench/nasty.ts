/** Bad input: every file of the nasty set through import, and a table of what came of it (docs/robustness.md). */
import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parse } from 'csv-parse/sync'
import { scan } from '../src/main/dataset/scan'
import { watchFamilyMemory } from '../src/main/hosts/family-memory'
import { DecodePool } from '../src/main/jobs/decode-pool'
import { importJob } from '../src/main/jobs/import'
import { createProject, type Store } from '../src/main/store/open'
import { jobContext } from './import/context'

/** What Pillow 9.4 makes of a file, from EXPECTED.csv. */
type Pillow = 'reads' | 'refuses'

interface Row {
  path: string
  /** `read`, `ignored` or a problem's code. */
  outcome: string
  reason: string | null
  pillow: Pillow | null
}

/**
 * Options: `write <file>` puts the tables between the marks of a Markdown file.
 * @returns figures `nasty.*`: files by outcome, longest time of one file alone (s), peak of all processes (MB)
 */
export async function run({ write }: Record<string, string>) {
  const data = process.env['HANDFUL_DATA']
  if (!data) throw new Error('Set HANDFUL_DATA to the folder that holds the nasty set.')
  const base = mkdtempSync(join(tmpdir(), 'handful-nasty-'))
  const images = join(base, 'nasty')
  copy(join(resolve(data), 'nasty'), images)
  const store = createProject(join(base, 'nasty.handful'), { root: Buffer.from(images), fit: 'letterbox', followLinks: true })
  try {
    const memory = watchFamilyMemory()
    const began = performance.now()
    const summary = await importJob.run(jobContext(store), { automatic: false })
    const seconds = (performance.now() - began) / 1000
    const longest = await slowest(store)
    memory.stop()
    const rows = outcomes(store, join(images, 'EXPECTED.csv'))
    const peak = memory.peak() / 1e6
    if (write) writeTables(write, tables(rows, { summary, seconds, longest, peak }))
    return { figures: { ...counts(rows), 'nasty.longest_s': longest.seconds, 'nasty.seconds': seconds, 'nasty.peak_mb': peak } }
  } finally {
    store.close()
    execFileSync('chmod', ['-R', 'u+rwx', base])
    rmSync(base, { recursive: true })
  }
}

/** With the entries that neither git nor Windows can carry. */
function copy(from: string, to: string): void {
  cpSync(from, to, { recursive: true })
  execFileSync('chmod', ['-R', 'u+rwX', to])
  const extra = join(to, 'make_extra.sh')
  execFileSync('sh', [extra, join(to, 'extra'), join(to, 'derived', 'UPPER_CASE.JPG')])
  if (process.getuid?.() === 0) console.error('Running as root: the files without permission can be read all the same.')
}

/** The longest that one file takes with nothing beside it. */
async function slowest(store: Store): Promise<{ path: string; seconds: number }> {
  const { root, fit } = store.meta.facts()
  const pool = new DecodePool(new AbortController().signal)
  pool.open({ projectFolder: store.folder, root, followLinks: true, fit, inputSize: 64, pixelsOnly: true })
  let longest = { path: '', seconds: 0 }
  let first = true
  for await (const files of scan(root, { followLinks: true })) {
    for (const file of files) {
      if (first) await pool.decode([file], () => Promise.resolve())
      first = false
      const began = performance.now()
      await pool.decode([file], () => Promise.resolve())
      const seconds = (performance.now() - began) / 1000
      if (seconds > longest.seconds) longest = { path: file.path.toString(), seconds }
    }
  }
  await pool.close()
  return longest
}

function outcomes(store: Store, expected: string): Row[] {
  const read = new Set(store.database.prepare<[], string>('SELECT display FROM file WHERE present = 1').pluck().all())
  const apart = new Map(store.files.quarantinePage(0, 100_000).rows.map((row) => [row.path, row]))
  const csv = parse<{ path: string; pillow_result: string }>(readFileSync(expected), { columns: true, relax_quotes: true })
  const pillow = new Map(csv.map((row) => [row.path, row.pillow_result === 'ok' ? 'reads' : 'refuses'] as const))
  const paths = new Set([...pillow.keys(), ...read, ...apart.keys()])
  return [...paths].sort().map((path) => {
    const problem = apart.get(path)
    return {
      path,
      outcome: read.has(path) ? 'read' : (problem?.code ?? 'ignored'),
      reason: problem?.reason ?? null,
      pillow: pillow.get(path) ?? null,
    }
  })
}

const counts = (rows: Row[]) =>
  Object.fromEntries([...Map.groupBy(rows, ({ outcome }) => outcome)].map(([outcome, of]) => [`nasty.${outcome}`, of.length]))

interface Measured {
  summary: string
  seconds: number
  longest: { path: string; seconds: number }
  peak: number
}

function tables(rows: Row[], { summary, seconds, longest, peak }: Measured): string {
  const outcomes = [...new Set(rows.map(({ outcome }) => outcome))].sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1))
  const byFolder = Map.groupBy(rows, ({ path }) => (path.includes('/') ? path.slice(0, path.indexOf('/')) : '(top)'))
  const count = (of: Row[], outcome: string) => of.filter((row) => row.outcome === outcome).length || ''
  const reasons = Map.groupBy(
    rows.filter(({ reason }) => reason),
    ({ outcome, reason }) => `${outcome} | ${reason!.replace(/(0x)?[\da-f]*\d[\da-f.]*\b/g, '…')}`,
  )
  const agreement = Map.groupBy(
    rows.filter(({ pillow, outcome }) => pillow && outcome !== 'ignored'),
    ({ pillow, outcome }) => `Pillow ${pillow!}, Handful ${outcome === 'read' ? 'reads' : 'refuses'}`,
  )
  return [
    `${rows.length.toLocaleString('en')} files: ${summary}. ${seconds.toFixed(0)} s in all; the longest single file ` +
      `(\`${longest.path}\`) ${longest.seconds.toFixed(1)} s; at most ${peak.toFixed(0)} MB in all processes.`,
    table(
      ['folder', ...outcomes, 'all'],
      [
        ...[...byFolder].map(([folder, of]) => [folder, ...outcomes.map((outcome) => count(of, outcome)), of.length]),
        ['**all**', ...outcomes.map((outcome) => count(rows, outcome)), rows.length],
      ],
    ),
    table(
      ['outcome', 'reason shown', 'files', 'for example'],
      [...reasons].sort(bySize).map(([key, of]) => [...key.split(' | '), of.length, `\`${of[0]!.path.replaceAll('|', '\\|')}\``]),
    ),
    table(
      ['beside Pillow 9.4', 'files', 'for example'],
      [...agreement].sort(bySize).map(([key, of]) => [
        key,
        of.length,
        of
          .slice(0, 3)
          .map(({ path }) => `\`${path.split('/').at(-1)!.replaceAll('|', '\\|')}\``)
          .join(', '),
      ]),
    ),
  ].join('\n\n')
}

const rank = (outcome: string) => (outcome === 'read' ? 0 : outcome === 'ignored' ? 2 : 1)
const bySize = (a: [string, Row[]], b: [string, Row[]]) => b[1].length - a[1].length || (a[0] < b[0] ? -1 : 1)
const table = (head: (string | number)[], body: (string | number)[][]) =>
  [head, head.map(() => '---'), ...body].map((row) => `| ${row.join(' | ')} |`).join('\n')

const marks = ['<!-- bench: nasty -->', '<!-- /bench -->'] as const

function writeTables(path: string, text: string): void {
  const before = existsSync(path) ? readFileSync(path, 'utf8') : marks.join('\n')
  const [from, until] = [before.indexOf(marks[0]) + marks[0].length, before.indexOf(marks[1])]
  writeFileSync(path, `${before.slice(0, from)}\n\n${text}\n\n${before.slice(until)}`)
}
