/**
 * tfjs-core's own tests of its operations, which its package ships, run against the kernels, each operation compiled alone.
 * What is left out has a reason and must fail; the last test fails when a reason no longer applies to any test.
 */
import { createRequire, registerHooks } from 'node:module'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Exclusion, exclusions } from './tfjs-suite.fixture'
import { OPERATIONS, registerOperations } from './operations'

// The package's test helper wants Jasmine; Vitest stands in for what its tests use of it.
registerHooks({
  resolve: (specifier, context, next) =>
    specifier.startsWith('jasmine-core/')
      ? { url: 'jasmine:core', format: 'commonjs', shortCircuit: true }
      : next(specifier, context),
  load: (url, context, next) =>
    url === 'jasmine:core'
      ? { format: 'commonjs', source: 'module.exports = { core: () => ({}) }', shortCircuit: true }
      : next(url, context),
})

expect.extend({ nothing: () => ({ pass: true, message: () => '' }) })

let path: readonly string[] = []
const used = new Set<Exclusion>()
let kept = 0
/** Tests that a group would run; null while tests are really told of. Vitest takes a group without any for a mistake. */
let counted: number | null = null

/** Vitest calls groups within groups later. */
function inside(within: readonly string[], body: () => void): void {
  const before = path
  path = within
  body()
  path = before
}
function described(name: string, body: () => void): void {
  const within = [...path, name]
  if (counted !== null) {
    inside(within, body)
    return
  }
  counted = 0
  inside(within, body)
  const some = counted > 0
  counted = null
  if (some) describe(name, () => inside(within, body))
}
const unlessCounted =
  <A extends unknown[]>(hook: (...given: A) => unknown) =>
  (...given: A) =>
    counted === null ? hook(...given) : undefined
/** A body that takes `done` ends when it calls that or its `fail`. */
function tested(name: string, body: (done?: object) => unknown): void {
  const full = [...path, name].join(' ')
  const excluded = exclusions.find(({ test }) => test.test(full))
  if (excluded) used.add(excluded)
  if (excluded?.whole) return
  if (counted !== null) {
    counted++
    return
  }
  if (!excluded) kept++
  const run = async () => {
    if (body.length === 0) await body()
    else await new Promise<void>((done, fail) => void body(Object.assign(done, { fail })))
  }
  if (excluded) it.fails(name, run)
  else it(name, run)
}

const spy = (target: Record<string, (...args: unknown[]) => unknown>, method: string) => {
  const mock = vi.spyOn(target, method)
  return Object.assign(mock, { and: { returnValue: (value: unknown) => mock.mockReturnValue(value), callThrough: () => mock } })
}
Object.assign(globalThis, {
  require: createRequire(import.meta.url),
  describe: described,
  it: tested,
  fit: tested,
  xit: () => undefined,
  expect,
  beforeAll: unlessCounted(beforeAll),
  beforeEach: unlessCounted(beforeEach),
  afterAll: unlessCounted(afterAll),
  afterEach: unlessCounted(afterEach),
  spyOn: spy,
  expectAsync: (promise: Promise<unknown>) => ({ toBeRejectedWithError: () => expect(promise).rejects.toThrow() }),
  fail: (why: string) => expect.unreachable(why),
  jasmine: { DEFAULT_TIMEOUT_INTERVAL: 20_000, createSpy: () => vi.fn() },
})

registerOperations()
const { setTestEnvs } = await import('@tensorflow/tfjs-core/dist/jasmine_util.js')
setTestEnvs([{ name: OPERATIONS, backendName: OPERATIONS, isDataSync: false }])
for (const load of Object.values(import.meta.glob('/node_modules/@tensorflow/tfjs-core/dist/ops/**/*_test.js'))) await load()

it('leaves nothing out without a reason that still applies', () => {
  expect(exclusions.filter((each) => !used.has(each))).toEqual([])
  expect(kept).toBeGreaterThan(2800)
})
