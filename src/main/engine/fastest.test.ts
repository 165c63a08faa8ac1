/** The trial between execution providers: what is wrong, fails or is slower does not train, and the facts say why. */
import { expect, it } from 'vitest'
import { compile, type CompileOptions } from './compile'
import { better, compileFastest } from './fastest'
import type { Step } from './program'
import { float32 } from './tensor'
import { tf } from './tfjs'

const options: CompileOptions = {
  variables: { a: float32([2], [1, 2]) },
  inputs: { x: { shape: [2] } },
  session: { threads: 1 },
}
const trial = { x: float32([2], [1, 1]) }
const moving =
  (loss: (a: tf.Tensor, x: tf.Tensor) => tf.Tensor): Step =>
  ({ a }, { x }) => ({ variables: { a: tf.add(a!, x!) }, outputs: { loss: loss(a!, x!) } })

const right = moving((a, x) => tf.sum(tf.mul(a, x)))
/** The same loss by way of a few hundred matrix products. */
const slow = moving((a, x) => {
  let large = tf.mul(tf.ones([512, 512]), tf.sum(x))
  for (let at = 0; at < 50; at++) large = tf.tanh(tf.matMul(large, large))
  return tf.add(tf.sum(tf.mul(a, x)), tf.mul(tf.mean(large), 1e-20))
})
const wrong = moving((a) => tf.add(tf.sum(a), 5))
const failing = moving((a) => tf.log(tf.neg(tf.sum(a))))

async function chosen(reference: Step, other: Step) {
  const step = await better(await compile(reference, options), await compile(other, options), options.variables, trial)
  const { fallback } = step.facts
  const first = Number((await step.run(trial))['loss']!.data[0])
  await step.dispose()
  return { fallback, first }
}

it('keeps the faster one where both answer the same, from the first state', async () => {
  expect(await chosen(slow, right)).toEqual({ fallback: null, first: 3 })
  expect(await chosen(right, slow)).toEqual({ fallback: expect.stringMatching(/takes \d+ ms for a step/), first: 3 })
})

it('keeps the processor where the other one is wrong or fails', async () => {
  const { fallback } = await chosen(slow, wrong)
  expect(fallback).toMatch(/answers a loss of 8 at step 1, where the processor answers 3/)
  expect((await chosen(slow, failing)).fallback).toMatch(/fails at this step: loss became NaN/)
})

it('says why no other provider is used', async () => {
  const absent = { provider: 'webgpu', speed: null, reason: 'no adapter' }
  const step = await compileFastest(right, options, [absent], trial)
  expect(step.facts).toMatchObject({
    provider: 'cpu',
    fallback: 'the graphics card (WebGPU) does not run here: no adapter',
  })
  await step.dispose()
  const promised = { provider: 'nosuch', speed: 1e6, reason: null }
  const other = await compileFastest(right, options, [absent, promised], trial)
  expect(other.facts).toMatchObject({ provider: 'cpu', fallback: expect.stringMatching(/nosuch does not run this step/) })
  expect((await other.run(trial))['loss']!.data[0]).toBe(3)
  await other.dispose()
  const alone = await compileFastest(right, options, [], trial)
  expect(alone.facts).toMatchObject({ provider: 'cpu', fallback: null })
  await alone.dispose()
})
