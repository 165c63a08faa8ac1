/** The steps of `check` and `test`, each counted: single checks as one, test runners by their own reports. */
import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root, runNode, tool } from './processes.ts'

export interface Count {
  passed: number
  failed: number
}

const reports = mkdtempSync(join(tmpdir(), 'handful-test-'))
const total: Count = { passed: 0, failed: 0 }

function add(name: string, { passed, failed }: Count, started: number): void {
  total.passed += passed
  total.failed += failed
  const seconds = Math.round((performance.now() - started) / 1000)
  console.log(`${failed === 0 ? 'ok    ' : 'FAILED'}  ${name}: ${passed} passed, ${failed} failed (${seconds} s)`)
}

/** One check that passes or fails as a whole. */
export async function one(name: string, check: () => Promise<number>): Promise<boolean> {
  const started = performance.now()
  const code = await check()
  add(name, code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 }, started)
  return code === 0
}

/** A run that ends badly without a failed test (a crash, no report) counts as one failure. */
async function counted(
  name: string,
  args: string[],
  report: string,
  read: (json: string) => Count,
  env?: NodeJS.ProcessEnv,
): Promise<void> {
  const started = performance.now()
  const code = await runNode(args, { env: { ...process.env, ...env } })
  let count: Count = { passed: 0, failed: 0 }
  try {
    count = read(readFileSync(report, 'utf8'))
  } catch (cause) {
    console.error(`${name} left no report: ${cause instanceof Error ? cause.message : String(cause)}`)
  }
  if ((code !== 0 || count.passed === 0) && count.failed === 0) count.failed = 1
  add(name, count, started)
}

export const types = () => one('types', () => runNode([tool('vue-tsc'), '--noEmit']))

export async function lint(): Promise<void> {
  await one('eslint', () => runNode([tool('eslint'), '.', '--max-warnings', '0']))
  await one('prettier', () => runNode([tool('prettier'), '--check', '--log-level', 'warn', '.']))
  await one('knip', () => runNode([tool('knip')]))
}

export function countUnit(json: string): Count {
  const report = JSON.parse(json) as { numPassedTests: number; numFailedTests: number; numFailedTestSuites: number }
  return { passed: report.numPassedTests, failed: Math.max(report.numFailedTests, report.numFailedTestSuites) }
}

export function unit(): Promise<void> {
  const report = join(reports, 'unit.json')
  const args = [tool('vitest'), 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
  return counted('unit', args, report, countUnit)
}

/** A test that was skipped was not passed. */
export function countJourneys(json: string): Count {
  const { stats } = JSON.parse(json) as { stats: { expected: number; unexpected: number; flaky: number; skipped: number } }
  return { passed: stats.expected, failed: stats.unexpected + stats.flaky + stats.skipped }
}

export function e2e(): Promise<void> {
  const report = join(reports, 'e2e.json')
  const args = [join(root, 'scripts/e2e.ts'), '--reporter=list,json']
  return counted('end-to-end', args, report, countJourneys, { PLAYWRIGHT_JSON_OUTPUT_FILE: report })
}

/** The closing line; ends the process with a code that says whether all is well. */
export function finish(): never {
  console.log(`${total.passed} passed, ${total.failed} failed`)
  process.exit(total.failed === 0 && total.passed > 0 ? 0 : 1)
}
