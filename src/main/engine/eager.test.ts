/** The eager engine on tfjs' CPU backend, and on TensorFlow's where its Node binding loads. */
import '@tensorflow/tfjs-backend-cpu'
import { describe, expect, it } from 'vitest'
import { compile } from './compile'
import { eager } from './eager'
import type { Step } from './program'
import { float32, tensor } from './tensor'
import { loadTensorflow } from './tensorflow'
import { tf } from './tfjs'

const { backend } = loadTensorflow(process.env['HANDFUL_TENSORFLOW'])

const fitting: Step = ({ w, steps }, { x, rate }) => {
  const { value, grads } = tf.valueAndGrads((weight: tf.Tensor) => tf.mean(tf.square(tf.sub(tf.matMul(x!, weight), 1))))([w!])
  return { variables: { w: tf.sub(w!, tf.mul(grads[0]!, rate!)), steps: tf.add(steps!, 1) }, outputs: { loss: value } }
}
const options = {
  variables: { w: float32([3, 1], [0.1, -0.2, 0.3]), steps: float32([], [0]), still: float32([1], [5]) },
  inputs: { x: { shape: [2, 3], type: 'uint8' as const }, rate: { shape: [] } },
}
const inputs = { x: tensor('uint8', [2, 3], Uint8Array.of(1, 2, 0, 3, 0, 1)), rate: float32([], [0.05]) }

describe.each(['cpu', ...(backend ? [backend] : [])])('on %s', (name) => {
  it('does what the compiled engine does, goes on from a copy, and leaves no tensor behind', async () => {
    const before = tf.memory().numTensors
    const compiled = await compile(fitting, options)
    const running = await eager(fitting, { ...options, backend: name })
    for (let at = 0; at < 3; at++) {
      const [a, b] = [await compiled.run(inputs), await running.run(inputs)]
      expect(b['loss']!.data[0]).toBeCloseTo(Number(a['loss']!.data[0]), 5)
    }
    const kept = await running.variables()
    const next = await running.run(inputs)
    await running.load(kept)
    expect(await running.run(inputs)).toEqual(next)
    expect((await running.variables())['steps']!.data[0]).toBe(4)
    expect((await running.variables())['still']!.data[0]).toBe(5)
    await Promise.all([running.dispose(), compiled.dispose()])
    expect(tf.memory().numTensors).toBe(before)
  })

  it('stops at a loss that is not finite and keeps the state before it', async () => {
    const running = await eager(fitting, { ...options, backend: name })
    const before = await running.variables()
    await expect(running.run({ ...inputs, rate: float32([1], [1]) })).rejects.toMatchObject({ code: 'SHAPE_CHANGED' })
    await running.run({ ...inputs, rate: float32([], [Infinity]) })
    await expect(running.run(inputs)).rejects.toMatchObject({ code: 'NOT_FINITE' })
    await running.load(before)
    expect((await running.run(inputs))['loss']!.data[0]).toBeLessThan(10)
    await expect(running.load({ w: float32([1], [1]) })).rejects.toMatchObject({ code: 'CHECKPOINT_MISMATCH' })
    await running.dispose()
  })
})

it('refuses a step that answers a variable of another shape', async () => {
  const grown: Step = ({ w }) => ({ variables: { w: tf.concat([w!, w!]) }, outputs: { loss: tf.sum(w!) } })
  const running = await eager(grown, { ...options, backend: 'cpu' })
  await expect(running.run(inputs)).rejects.toMatchObject({ code: 'SHAPE_CHANGED' })
  await running.dispose()
})

it('refuses a backend that is not there', async () => {
  await expect(eager(fitting, { ...options, backend: 'absent' })).rejects.toMatchObject({ code: 'NO_BACKEND' })
})
