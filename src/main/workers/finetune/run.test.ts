import { afterAll, beforeAll, expect, test } from 'vitest'
import { embedAll } from '../../encoders/embed'
import { shapes } from '../../encoders/shapes.fixture'
import { embeddingsOutput, thumbnail } from '../../encoders/thumbnail'
import { Graph } from '../../engine/graph'
import { matrix, MatrixProducts } from '../../engine/linear-algebra'
import { portsOf, withBehind } from '../../engine/onnx-model'
import { blockGraph, fineTune, type FineTuned } from '../../labeling/finetune/fine-tune'
import { throughBlock } from '../../labeling/finetune/fix-match'

let products: MatrixProducts
beforeAll(async () => (products = await MatrixProducts.create(1)))
afterAll(() => products.dispose())

/**
 * Plain pixels of shapes at different places and in different light, which no plane tells apart well.
 * @param isFair whether the label of this row is one to be judged by
 */
async function tuned(
  labeled: number,
  isFair: (row: number) => boolean,
): Promise<{ fitted: FineTuned; stages: Set<string>; encoder: Uint8Array; embeddings: Float32Array }> {
  const { images, classes } = shapes(150, 8, 'grey')
  const graph = new Graph('pixels')
  const { value, features } = thumbnail(graph, 8, 1)
  embeddingsOutput(graph, value, features)
  const encoder = graph.model()
  const embeddings = await embedAll(encoder, images, 1)
  const rows = [...Array(labeled).keys()]
  const fair = rows.filter(isFair)
  const labels = {
    rows: Uint32Array.from(rows),
    classes: Uint16Array.from(rows, (row) => classes[row]!),
    weights: new Float32Array(labeled).fill(1),
    classCount: 3,
  }
  const input = { encoder, images, embeddings: matrix(150, features, embeddings), labels, fair, seed: 1, threads: 1, products }
  const stages = new Set<string>()
  const events = fineTune(input)
  let event = await events.next()
  for (; !event.done; event = await events.next()) stages.add(event.value.stage)
  return { fitted: event.value, stages, encoder, embeddings }
}

test('fine-tuning reports its stages, is judged on the fair labels, and its model is the encoder with the block behind it', async () => {
  const { fitted, stages, encoder, embeddings } = await tuned(120, (row) => row % 14 !== 0)
  expect([...stages]).toEqual(['Describing altered versions', 'Learning from your labels', 'Comparing with before'])
  expect(fitted.checks).toBe(111)
  expect(fitted.after).toBeGreaterThan(fitted.before)
  expect(fitted.better).toBe(true)
  const { images } = shapes(150, 8, 'grey')
  const model = withBehind(encoder, (output) => blockGraph(fitted.block, output, 'tuned-1'))
  expect(portsOf(model)).toMatchObject({ inputs: [{ name: 'images' }], outputs: [{ name: 'tuned-1' }] })
  const ofModel = await embedAll(model, images, 1)
  const ofBlock = throughBlock(fitted.block, embeddings)
  ofModel.forEach((value, at) => expect(value).toBeCloseTo(ofBlock[at]!, 3))
  // A tuned encoder can be tuned again.
  const again = withBehind(model, (output) => blockGraph(fitted.block, output, 'tuned-2'))
  expect(portsOf(again).outputs.map(({ name }) => name)).toEqual(['tuned-2'])
  expect(await embedAll(again, images, 1)).toHaveLength(embeddings.length)
})

test('where the encoder is right already, fine-tuning is not better', async () => {
  const { fitted } = await tuned(60, (row) => row % 4 === 0)
  expect(fitted).toMatchObject({ checks: 15, before: 15, better: false })
})
