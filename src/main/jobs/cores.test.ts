import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { coresOf, decodeThreads, physicalCores } from './cores'

it('counts threads that share a core once, and cores that are switched off not at all', () => {
  const topology = mkdtempSync(join(tmpdir(), 'handful-cores-'))
  for (const [thread, siblings] of ['0,4', '1,5', '2', null, '0,4', '1,5'].entries()) {
    const folder = join(topology, `cpu${thread}`, 'topology')
    mkdirSync(folder, { recursive: true })
    if (siblings !== null) writeFileSync(join(folder, 'thread_siblings_list'), `${siblings}\n`)
  }
  mkdirSync(join(topology, 'cpufreq'))
  expect(coresOf(topology)).toBe(3)
})

it('takes what the system says where it tells nothing of cores', () => {
  const nothing = mkdtempSync(join(tmpdir(), 'handful-cores-'))
  expect(coresOf(nothing)).toBeUndefined()
  expect(coresOf(join(nothing, 'missing'))).toBeUndefined()
  expect(physicalCores(nothing)).toBe(availableParallelism())
})

it('decodes with every thread of the cores, but leaves those free that a person left free', () => {
  expect(decodeThreads(physicalCores())).toBe(availableParallelism())
  expect(decodeThreads(availableParallelism() + 3)).toBe(availableParallelism() + 3)
  expect(decodeThreads(physicalCores() - 1)).toBe(physicalCores() - 1)
})
