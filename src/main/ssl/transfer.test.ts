/** Training that starts from an earlier run: what fits is taken, what does not stays new, and the start is part of the run. */
import { existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { random } from '../engine/random'
import { float32 } from '../engine/tensor'
import { writeCheckpoint } from '../engine/training/checkpoint'
import { imagesInMemory } from '../views/images'
import type { GradientProgram } from './gradient-program'
import { tasks } from './registry'
import { readStart, startedFrom } from './transfer'

const size = 16
const draws = random(5)
const images = imagesInMemory(
  Uint8Array.from({ length: 64 * size * size * 3 }, () => draws.below(256)),
  size,
)
const fresh = () => mkdtempSync(join(tmpdir(), 'handful-start-'))

/** As the worker leaves it. */
const finished = (run: string) => writeFileSync(join(run, 'encoder.onnx'), '')

async function fit(id: string, folder: string, given: object) {
  const task = tasks.find(({ descriptor }) => descriptor.id === id)!
  const parameters = task.descriptor.parameters.parse({ batch: 16, domain: 'photos', learningRate: 0.002, ...given }) as unknown
  const fitting = task.fit({ images, seed: 3, parameters, threads: 1, folder })
  const losses: number[] = []
  for (let event = await fitting.next(); ; event = await fitting.next()) {
    if (event.done) return { notes: event.value.notes.join(' '), losses }
    if (event.value.values['loss'] !== undefined) losses.push(event.value.values['loss'])
  }
}

it('a run that starts from another begins where that one ended, with its size, and can be resumed without it', async () => {
  const project = fresh()
  const earlier = join(project, 'runs', 'earlier')
  mkdirSync(earlier, { recursive: true })
  const first = await fit('vicreg', earlier, { epochs: 40, encoder: 'nano' })
  finished(earlier)
  const folder = fresh()
  const second = await fit('vicreg', folder, { epochs: 1, startFrom: project, learningRate: 1e-5 })
  expect(second.losses[0]!).toBeLessThan((first.losses[0]! + 2 * first.losses.at(-1)!) / 3)
  expect(second.notes).toMatch(/Started from the encoder of .*: (\d+) of \1 sets of weights/)
  rmSync(project, { recursive: true })
  expect(existsSync(join(folder, 'checkpoint.start'))).toBe(true)
  expect((await fit('vicreg', folder, { epochs: 1, startFrom: project })).notes).toContain('Started from')
  finished(folder)
  // Another task has the encoder in common, and its slow copy starts from it too.
  const third = await fit('byol', fresh(), { epochs: 1, startFrom: folder })
  const [, taken, all] = /: (\d+) of (\d+) sets/.exec(third.notes)!
  expect(Number(taken)).toBeGreaterThan(0)
  expect(Number(taken)).toBeLessThan(Number(all))
})

const program = (shape: number[]): GradientProgram =>
  ({
    weights: { 'stage 0/down': float32(shape, new Float32Array(shape[0]! * shape[1]!)), head: float32([1], [7]) },
    statistics: {},
    state: { 'slow/stage 0/down': float32(shape, new Float32Array(shape[0]! * shape[1]!)) },
    notes: ['before'],
  }) as unknown as GradientProgram

it('weights of the same name and shape are taken, also by their slow copies, others stay', () => {
  const run = fresh()
  writeCheckpoint(join(run, 'checkpoint'), { step: 9, variables: { 'stage 0/down': float32([2, 2], [1, 2, 3, 4]), head: float32([2], [5, 6]) } }) // prettier-ignore
  finished(run)
  const started = startedFrom(program([2, 2]), readStart(run, fresh()))
  expect([...started.weights['stage 0/down']!.data]).toEqual([1, 2, 3, 4])
  expect([...started.state!['slow/stage 0/down']!.data]).toEqual([1, 2, 3, 4])
  expect([...started.weights['head']!.data]).toEqual([7])
  expect(started.notes).toEqual(['before', expect.stringContaining('2 of 3 sets of weights')])
  expect(() => startedFrom(program([3, 2]), readStart(run, fresh()))).toThrow(/of another kind or size/)
})

it('of a project the newest run that was trained to the end is taken; a folder without one is told', () => {
  const project = fresh()
  for (const [name, value, at] of [
    ['old', 1, 1000],
    ['new', 2, 2000],
    ['middle', 3, 1500],
    ['untrained', 4, 3000],
  ] as const) {
    // prettier-ignore
    mkdirSync(join(project, 'runs', name), { recursive: true })
    const path = join(project, 'runs', name, 'checkpoint')
    writeCheckpoint(path, { step: 1, variables: { x: float32([1], [value]) } })
    utimesSync(path, at, at)
    if (name !== 'untrained') finished(join(project, 'runs', name))
  }
  mkdirSync(join(project, 'runs', 'instant'))
  expect([...readStart(project, fresh()).variables['x']!.data]).toEqual([2])
  expect(() => readStart(fresh(), fresh())).toThrow(/there is no trained encoder in/)
})
