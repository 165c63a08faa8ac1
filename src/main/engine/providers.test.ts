/** Execution providers: the CPU always, others with a speed or a reason; a step that another cannot run falls back, and says so. */
import { expect, it } from 'vitest'
import { compile } from './compile'
import { chooseProviders, otherProviders } from './providers'
import type { Step } from './program'
import { float32 } from './tensor'
import { tf } from './tfjs'

it('tries every provider and says why one does not run', async () => {
  const { providers, tried } = await chooseProviders(1)
  expect(providers.at(-1)).toBe('cpu')
  expect((await otherProviders()).map(({ provider }) => provider)).toEqual(
    tried.map(({ provider }) => provider).filter((provider) => provider !== 'cpu'),
  )
  expect(tried.find(({ provider }) => provider === 'cpu')).toMatchObject({ speed: expect.any(Number), reason: null })
  for (const { speed, reason } of tried) expect(speed === null).toBe(reason !== null)
})

it('runs a step on the CPU where the wished provider is missing, and reports it', async () => {
  const step: Step = ({ a }, { x }) => ({ variables: { a: tf.add(a!, x!) }, outputs: { loss: tf.sum(a!) } })
  const options = { variables: { a: float32([2], [1, 2]) }, inputs: { x: { shape: [2] } } }
  const { tried } = await chooseProviders(1)
  const missing = tried.find(({ speed }) => speed === null)?.provider ?? 'nosuch'
  const compiled = await compile(step, { ...options, session: { providers: [missing, 'cpu'] } })
  expect(compiled.facts.provider).toBe('cpu')
  expect(compiled.facts.fallback).toContain(missing)
  expect((await compiled.run({ x: float32([2], [1, 1]) }))['loss']!.data[0]).toBe(3)
  await compiled.dispose()
})
