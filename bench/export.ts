/**
 * `npm run bench -- export [--rows 100000] [--many 1000000] [--formats csv,…] [--venv <folder>]`: rows per second and peak memory of metadata-only
 * formats, each in a process of its own; with the environment of `npm run test:consumers`, how many of its checks pass.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { BenchResult } from './index'

const metadataOnly = 'csv,csv+split,jsonl,label-studio,cvat-images,lightly-studio,lightly-train,camtrap-dp'

export function run(options: Record<string, string>): Promise<BenchResult> {
  const figures: Record<string, number> = {}
  const formats = (options['formats'] ?? metadataOnly).split(',')
  const folder = mkdtempSync(join(tmpdir(), 'handful-bench-'))
  const measure = (args: string[]) => {
    const loader = pathToFileURL(join(import.meta.dirname, '../src/main/hosts/source-loader.ts')).href
    const { stdout, status } = spawnSync(
      process.execPath,
      ['--import', loader, join(import.meta.dirname, 'export/measure.ts'), folder, ...args],
      { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] },
    )
    if (status !== 0) throw new Error(`measuring ${args.join(' ')} ended with ${status}`)
    return stdout
  }
  try {
    for (const [rows, figure] of [
      [options['rows'] ?? '100000', 'rate'],
      [options['many'] ?? '1000000', 'peak'],
    ] as const) {
      measure([rows])
      for (const format of formats) {
        const { seconds, peakMb } = JSON.parse(measure([rows, format])) as { seconds: number; peakMb: number }
        if (figure === 'rate') figures[`export.${format}.rows_per_s.100k`] = Math.round(Number(rows) / seconds)
        else figures[`export.${format}.peak_mb.1m`] = Math.round(peakMb)
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  if (options['venv']) {
    const script = join(import.meta.dirname, '../scripts/test-consumers.ts')
    const { stdout } = spawnSync(process.execPath, [script, '--venv', options['venv']], { encoding: 'utf8' })
    const [, passed, failed] = /^(\d+) passed, (\d+) failed$/m.exec(stdout) ?? []
    if (passed === undefined) throw new Error(`the consumers did not run: ${stdout}`)
    figures['export.consumers.passed'] = Number(passed)
    figures['export.consumers.total'] = Number(passed) + Number(failed)
  }
  return Promise.resolve({ figures })
}
