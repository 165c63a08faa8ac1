/** Compiled programs: state, errors that explain, no leaks; exported files take any batch. */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { compile } from './compile'
import { compileForward, exportForward } from './forward'
import type { Step } from './program'
import { withSession } from './session'
import { float32, tensor } from './tensor'
import { tf } from './tfjs'
import { trace } from './trace/backend'
import { Emitter } from './trace/emitter'
import { Graph } from './graph'
import { Blueprint, chain, type Layer } from './layers/network'
import { convolution, dense, patchify } from './layers/dense'
import { batchNorm } from './layers/norms'

const halving: Step = ({ a, b }, { x }) => {
  const next = tf.mul(a!, 0.5)
  return { variables: { a: next }, outputs: { loss: tf.sum(tf.add(tf.mul(next, x!), b!)) } }
}
const options = { variables: { a: float32([2], [8, 4]), b: float32([1], [1]) }, inputs: { x: { shape: [2] } } }

it('keeps its state from step to step, leaves untouched variables alone, and goes on from a copy', async () => {
  const step = await compile(halving, options)
  const x = float32([2], [1, 1])
  expect((await step.run({ x })).loss!.data[0]).toBe(8)
  const kept = step.variables()
  expect((await step.run({ x })).loss!.data[0]).toBe(5)
  expect(Array.from(step.variables()['a']!.data as Float32Array)).toEqual([2, 1])
  step.load(kept)
  expect(step.variables()).toEqual(kept)
  expect((await step.run({ x })).loss!.data[0]).toBe(5)
  expect(Array.from(kept['a']!.data as Float32Array)).toEqual([4, 2])
  expect(Array.from(options.variables.a.data)).toEqual([8, 4])
  await step.dispose()
})

it('does many steps in one go, with the bits of single ones', async () => {
  const [alone, together] = [await compile(halving, options), await compile(halving, options)]
  const many = [1, 0.3, -2].map((value) => ({ x: float32([2], [value, value / 3]) }))
  const single = []
  for (const inputs of many) single.push(await alone.run(inputs))
  expect(await together.runMany(many)).toEqual(single)
  expect(together.variables()).toEqual(alone.variables())
  await expect(together.runMany([many[0]!, { x: float32([2], [Infinity, 1]) }])).rejects.toThrow('loss became Infinity at step 5')
  expect(together.variables()).toEqual(alone.variables())
  for (const step of [alone, together]) await step.dispose()
})

it('names an operation that has no lowering, with shapes', async () => {
  const program: Step = (_, { x }) => ({ variables: {}, outputs: { loss: tf.sum(tf.real(tf.fft(tf.cast(x!, 'complex64')))) } })
  await expect(compile(program, options)).rejects.toThrow(/complex64|no ONNX lowering/)
  const other: Step = (_, { x }) => ({ variables: {}, outputs: { loss: tf.sum(tf.multinomial(x as tf.Tensor1D, 2)) } })
  await expect(compile(other, options)).rejects.toMatchObject({
    code: 'NO_KERNEL',
    message: expect.stringMatching(/Multinomial \(logits \[1, 2\]\)/),
  })
})

it('refuses to read a number while tracing', async () => {
  const reading =
    (of: (x: tf.Tensor) => tf.Tensor): Step =>
    (_, { x }) => ({ variables: {}, outputs: { loss: tf.sum(tf.mul(x!, of(x!).dataSync()[0]!)) } })
  const refusal = (words: string) => ({ code: 'VALUE_READ_WHILE_TRACING', message: expect.stringContaining(words) })
  await expect(compile(reading(tf.exp), options)).rejects.toMatchObject(refusal('the numbers of Exp [2] ('))
  const given = refusal('the numbers of an input or variable [2] (')
  await expect(compile(reading(tf.clone), options)).rejects.toMatchObject(refusal('the numbers of Identity [2] ('))
  await expect(
    compile(
      reading((x) => x),
      options,
    ),
  ).rejects.toMatchObject(given)
})

it('refuses inputs of another shape, naming both', async () => {
  const step = await compile(halving, options)
  await expect(step.run({ x: float32([3], [1, 2, 3]) })).rejects.toThrow(/float32 \[3\].*float32 \[2\]/)
  await expect(step.run({})).rejects.toMatchObject({ code: 'SHAPE_CHANGED' })
  await step.dispose()
})

it('refuses a step that answers a variable of another shape or one it was not given', async () => {
  const grown: Step = ({ a }, { x }) => ({ variables: { a: tf.concat([a!, x!]) }, outputs: { loss: tf.sum(a!) } })
  const message = /variable a float32 \[4\], but it was float32 \[2\]/
  await expect(compile(grown, options)).rejects.toMatchObject({ code: 'SHAPE_CHANGED', message: expect.stringMatching(message) })
  const strange: Step = ({ a }) => ({ variables: { c: a! }, outputs: { loss: tf.sum(a!) } })
  await expect(compile(strange, options)).rejects.toThrow(/variable c that it was not given/)
})

it('stops at a loss that is not finite and keeps the state before it', async () => {
  const step = await compile(halving, options)
  await expect(step.run({ x: float32([2], [NaN, 1]) })).rejects.toThrow(/loss became NaN at step 1/)
  expect(Array.from(step.variables()['a']!.data as Float32Array)).toEqual([8, 4])
  step.load(step.variables(), 7)
  for (let time = 0; time < 2; time++) await expect(step.run({ x: float32([2], [NaN, 1]) })).rejects.toThrow('at step 8')
  await step.dispose()
})

it('disposes of every tensor that tracing made', async () => {
  const count = () => trace(new Emitter(new Graph(), { portable: true }), (tracing) => tracing.numDataIds())
  const before = await count()
  const tensors = tf.memory().numTensors
  const step = await compile(halving, options)
  await step.dispose()
  await expect(
    compile(() => {
      throw new Error('fails')
    }, options),
  ).rejects.toThrow('fails')
  expect(await count()).toBe(before)
  expect(tf.memory().numTensors).toBe(tensors)
})

it('gives the memory of a session back', async () => {
  const variables = { a: float32([1 << 21], new Float32Array(1 << 21)), b: float32([1], [0]) }
  // A constant of the graph, so that the runtime holds it.
  const heavy = () =>
    compileForward(({ a }, { x }) => ({ sum: tf.sum(tf.mul(a!, x!)) }), { variables, inputs: { x: { shape: [1] } } })
  const used: unknown[] = [] // collecting garbage would give their memory back as well
  const rss = async (sessions: number) => {
    for (let at = 0; at < sessions; at++) {
      const forward = await heavy()
      await forward.run({ x: float32([1], [1]) })
      await forward.dispose()
      used.push(forward)
    }
    return process.memoryUsage().rss
  }
  const warm = await rss(5)
  expect((await rss(40)) - warm).toBeLessThan(150e6) // 40 leaked sessions would be 335 MB
})

it('holds no memory on to a thousand steps', async () => {
  const variables = { a: float32([1 << 16], new Float32Array(1 << 16)), b: float32([1], [0]) }
  const step = await compile(halving, { variables, inputs: { x: { shape: [1] } } })
  const run = async (steps: number) => {
    for (let at = 0; at < steps; at++) await step.run({ x: float32([1], [1]) })
    return process.memoryUsage().rss
  }
  const warm = await run(200)
  expect((await run(800)) - warm).toBeLessThan(40e6) // 800 leaked states would be 210 MB
  await step.dispose()
})

function smallEncoder() {
  const plan = new Blueprint(1)
  const encoder: Layer = chain(
    patchify(plan, 'stem', { from: 3, to: 8, side: 2 }),
    batchNorm(plan, 'norm', 8),
    convolution(plan, 'conv', { from: 8, to: 8, size: 3 }),
    (x) => tf.mean(tf.relu(x), [1, 2]),
    dense(plan, 'out', { from: 8, to: 5 }),
  )
  const variables = { ...plan.weights, ...plan.statistics }
  const forward = (tensors: Readonly<Record<string, tf.Tensor>>, scale: tf.Tensor) => ({
    embeddings: encoder(tf.div(scale, 255), { variables: tensors, training: false, renewed: {} }),
  })
  return { variables, forward }
}

it('exports standard ONNX that takes any batch and answers what the compiled program answers', async () => {
  const { variables, forward } = smallEncoder()
  const images = { shape: [8, 8, 3], type: 'uint8' as const }
  const model = await exportForward((tensors, { images }) => forward(tensors, images!), { variables, inputs: { images } })
  const pixels = tensor(
    'uint8',
    [3, 8, 8, 3],
    Uint8Array.from({ length: 576 }, (_, at) => (at * 37) % 256),
  )
  const found = await withSession(model, {}, (session) => session.values({ images: pixels }))
  const compiled = await compileForward((tensors, { images }) => forward(tensors, images!), {
    variables,
    inputs: { images: { shape: [3, 8, 8, 3] } },
  })
  const wanted = (await compiled.run({ images: float32([3, 8, 8, 3], Float32Array.from(pixels.data)) }))['embeddings']!
  await compiled.dispose()
  expect(found.length).toBe(15)
  found.forEach((value, at) => expect(value).toBeCloseTo(Number(wanted.data[at]), 5))

  const path = join(mkdtempSync(join(tmpdir(), 'handful-onnx-')), 'encoder.onnx')
  writeFileSync(path, model)
  if (existsSync('/usr/lib/python3/dist-packages/onnx')) {
    const script =
      'import sys, onnx; m = onnx.load(sys.argv[1]); onnx.checker.check_model(m, full_check=True); print(sorted(o.domain for o in m.opset_import))'
    expect(execFileSync('/usr/bin/python3', ['-c', script, path], { encoding: 'utf8' }).trim()).toBe("['']")
  }
})
