import '@tensorflow/tfjs-backend-cpu'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { embedAll } from '../../encoders/embed'
import { residualEncoder } from '../../encoders/residual'
import { shapes } from '../../encoders/shapes.fixture'
import { embeddingsOutput, thumbnail } from '../../encoders/thumbnail'
import { exportForward } from '../../engine/forward'
import { Graph } from '../../engine/graph'
import { Blueprint } from '../../engine/layers/network'
import { matrix, MatrixProducts } from '../../engine/linear-algebra'
import { onBackend } from '../../engine/on-backend'
import { portsOf } from '../../engine/onnx-model'
import type { Values } from '../../engine/program'
import { withSession } from '../../engine/session'
import { tf } from '../../engine/tfjs'
import { networks } from '../../ssl/networks'
import { blockBehind } from './block-behind'
import { fineTune, type FineTuned } from './fine-tune'
import { lastStage } from './last-stage'
import type { Tail } from './tail'

let products: MatrixProducts
beforeAll(async () => (products = await MatrixProducts.create(1)))
afterAll(() => products.dispose())

const side = 8
const { images, classes } = shapes(150, side, 'grey')

interface Subject {
  encoder: Uint8Array
  network: Values | null
  embeddings: Float32Array
  dimensions: number
}

/** Plain pixels of shapes at different places and in different light, which no plane tells apart well. */
async function plainPixels(): Promise<Subject> {
  const graph = new Graph('pixels')
  const { value, features } = thumbnail(graph, side, 1)
  embeddingsOutput(graph, value, features)
  const encoder = graph.model()
  return { encoder, network: null, embeddings: await embedAll(encoder, images, 1), dimensions: features }
}

/** A network that has learned nothing yet. */
async function newNetwork(): Promise<Subject> {
  const plan = new Blueprint(5)
  const embed = residualEncoder(plan, { size: side, ...networks.nano })
  const network = { ...plan.weights, ...plan.statistics }
  const encoder = await exportForward(
    (variables, { images: x }) => ({ embeddings: embed(x!, { variables, training: false, renewed: {} }) }),
    { variables: network, inputs: { images: { shape: [side, side, 3], type: 'uint8' } } },
  )
  const dimensions = networks.nano.widths[2]
  return { encoder, network, embeddings: await embedAll(encoder, images, 1), dimensions }
}

/** @param isFair whether the label of this row is one to be judged by */
async function tuned(
  { encoder, network, embeddings, dimensions }: Subject,
  labeled: number,
  isFair: (row: number) => boolean,
): Promise<{ fitted: FineTuned; stages: Set<string> }> {
  const rows = [...Array(labeled).keys()]
  const labels = {
    rows: Uint32Array.from(rows),
    classes: Uint16Array.from(rows, (row) => classes[row]!),
    weights: new Float32Array(labeled).fill(1),
    classCount: 3,
  }
  const events = fineTune({
    encoder,
    network,
    name: 'tuned-1',
    images,
    embeddings: matrix(150, dimensions, embeddings),
    labels,
    fair: rows.filter(isFair),
    seed: 1,
    threads: 1,
    products,
  })
  const stages = new Set<string>()
  let event = await events.next()
  for (; !event.done; event = await events.next()) stages.add(event.value.stage)
  return { fitted: event.value, stages }
}

/** What the tail makes of what its trunk makes of the images, by tfjs' own backend. */
async function throughTail(tail: Tail, weights: Values): Promise<Float32Array> {
  const features = await embedAll(tail.trunk, images, 1)
  return onBackend('cpu', () => {
    const tensors = Object.entries(weights).map(
      ([name, { data, shape }]) => [name, tf.tensor(data as Float32Array, [...shape])] as const,
    )
    return tail.apply(tf.tensor(features, [150, tail.features]), Object.fromEntries(tensors)).data<'float32'>()
  })
}

const shaken = (weights: Values): Values =>
  Object.fromEntries(
    Object.entries(weights).map(([name, { data, ...rest }]) => {
      const moved = Float32Array.from(data as Float32Array, (value, at) => value + 0.05 * Math.sin(at))
      return [name, { ...rest, data: moved }]
    }),
  )

// A network that has learned nothing gains surely; of plain pixels four in five are right before and after.
describe.each([
  ['a block behind it', plainPixels, false],
  ['the last stage of its nano network', newNetwork, true],
])('%s', (title, make, gainsSurely) => {
  let subject: Subject
  let tail: Tail
  beforeAll(async () => {
    subject = await make()
    const { encoder, network, embeddings, dimensions } = subject
    tail =
      (network && (await lastStage(network, side, dimensions))) ??
      blockBehind(encoder, matrix(150, dimensions, embeddings), { name: 'tuned-1', seed: 1 })
  })

  const near = (values: Float32Array, expected: Float32Array) => {
    expect(values).toHaveLength(expected.length)
    values.forEach((value, at) => expect(value).toBeCloseTo(expected[at]!, 3))
  }

  test('it starts as the encoder, and its model is the trunk with the tail', async () => {
    near(await embedAll((await tail.finish(tail.weights)).model, images, 1), subject.embeddings)
    const weights = shaken(tail.weights)
    const { model } = await tail.finish(weights)
    near(await embedAll(model, images, 1), await throughTail(tail, weights))
    expect(await withSession(model, { threads: 1 }, ({ inputs }) => Promise.resolve(inputs))).toEqual(['images'])
  })

  test('it reports its stages and can be tuned again', async () => {
    const { fitted, stages } = await tuned(subject, 120, (row) => row % 7 !== 0)
    expect([...stages]).toEqual(['Describing altered versions', 'Learning from your labels', 'Comparing with before'])
    expect(fitted).toMatchObject({ tuned: title, checks: 102, better: gainsSurely })
    expect(fitted.after).toBeGreaterThan(fitted.before)
    const { model, variables } = fitted.encoder
    const embeddings = await embedAll(model, images, 1)
    const again =
      (variables && (await lastStage(variables, side, subject.dimensions))) ??
      blockBehind(model, matrix(150, subject.dimensions, embeddings), { name: 'tuned-2', seed: 1 })
    near(await embedAll((await again.finish(again.weights)).model, images, 1), embeddings)
  })
})

test('all but the last stage of a network stays as it is', async () => {
  const { network, dimensions } = await newNetwork()
  const tail = (await lastStage({ ...network, 'head/first/weight': network!['stage 0/norm/gain']! }, side, dimensions))!
  const { variables } = await tail.finish(shaken(tail.weights))
  expect(Object.keys(variables!).sort()).toEqual(Object.keys(network!).sort())
  for (const [name, { data }] of Object.entries(network!)) {
    const isMoved = name.startsWith('stage 2/') && !/\/(mean|variance)$/.test(name)
    expect(Object.is(variables![name]!.data, data), name).toBe(!isMoved)
  }
})

test('a checkpoint of another network, or of one for other images, gets a block', async () => {
  const { network, dimensions } = await newNetwork()
  expect(await lastStage(network!, side, dimensions + 1)).toBeNull()
  expect(await lastStage(network!, 256, dimensions)).toBeNull()
  expect(await lastStage({}, side, dimensions)).toBeNull()
})

test('where the encoder is right already, fine-tuning is not better', async () => {
  const { fitted } = await tuned(await plainPixels(), 60, (row) => row % 4 === 0)
  expect(fitted).toMatchObject({ checks: 15, before: 15, better: false })
})

test('the name of a block is that of the output', async () => {
  const { encoder, embeddings, dimensions } = await plainPixels()
  const tail = blockBehind(encoder, matrix(150, dimensions, embeddings), { name: 'tuned-1', seed: 1 })
  const { model } = await tail.finish(tail.weights)
  expect(portsOf(model)).toMatchObject({ inputs: [{ name: 'images' }], outputs: [{ name: 'tuned-1' }] })
})
