/** Encoders made elsewhere, in the shapes that people export them in, against what they compute for pixels prepared by hand. */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { Graph, type SymbolicShape } from '../engine/graph'
import { random } from '../engine/random'
import { withSession } from '../engine/session'
import { imagesInMemory } from '../views/images'
import { bringEncoder, type BroughtOptions } from './brought'
import { embedAll } from './embed'
import { normalisations } from './preprocessing'

const side = 8
const draws = random(4)
const pixels = Uint8Array.from({ length: 3 * side * side * 3 }, () => draws.below(256))
const kernel = Float32Array.from({ length: 5 * 3 * 2 * 2 }, () => draws.normal())
const folder = () => mkdtempSync(join(tmpdir(), 'handful-brought-'))
const defaults = { normalisation: 'auto', output: '', pooling: 'auto', threads: 1 } as const

function saved(build: (graph: Graph) => void, name = 'model.onnx', into = folder()): string {
  const graph = new Graph('theirs')
  build(graph)
  writeFileSync(join(into, name), graph.model())
  return join(into, name)
}

/** A convolution of patches 2 × 2: [batch, 3, side, side] → [batch, 5, side / 2, side / 2]. */
const patches = (graph: Graph, image: string) =>
  graph.node('Conv', [image, graph.float(kernel, [5, 3, 2, 2])], { strides: [2, 2] })

const convolutional = (shape: SymbolicShape) => (graph: Graph) => {
  graph.node('Identity', [patches(graph, graph.input('pixel_values', 'float32', shape))], {}, { output: 'map' })
  graph.output('map', 'float32')
}

/** A map turned to [batch, places, 5], with a class token (the first place twice over) where asked. */
const transformer = (classToken: boolean) => (graph: Graph) => {
  const map = patches(graph, graph.input('pixel_values', 'float32', ['n', 3, side, side]))
  const places = graph.node('Transpose', [graph.node('Reshape', [map, graph.int64([0, 5, (side / 2) ** 2])])], {
    perm: [0, 2, 1],
  })
  const first = graph.node('Slice', [places, graph.int64([0]), graph.int64([1]), graph.int64([1])])
  const all = classToken ? graph.node('Concat', [graph.node('Mul', [first, graph.float(2)]), places], { axis: 1 }) : places
  graph.node('Identity', [all], {}, { output: 'last_hidden_state' })
  graph.output('last_hidden_state', 'float32', ['n', places.length, 5])
}

/** [image][channel][row][column] of the convolution, of pixels prepared as the formula of torchvision has it. */
function mapByHand(image: number, { mean, deviation }: { mean: readonly number[]; deviation: readonly number[] }): number[][] {
  const value = (channel: number, y: number, x: number) =>
    (pixels[((image * side + y) * side + x) * 3 + channel]! / 255 - mean[channel]!) / deviation[channel]!
  return Array.from({ length: 5 }, (_, filter) =>
    Array.from({ length: (side / 2) ** 2 }, (_, place) => {
      const [top, left] = [Math.floor(place / (side / 2)) * 2, (place % (side / 2)) * 2]
      let sum = 0
      for (let channel = 0; channel < 3; channel++)
        for (let tap = 0; tap < 4; tap++)
          sum += kernel[(filter * 3 + channel) * 4 + tap]! * value(channel, top + (tap >> 1), left + (tap & 1))
      return sum
    }),
  )
}
const average = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length

async function embedded(file: string, options: Partial<BroughtOptions> = {}) {
  const encoder = await bringEncoder({ ...defaults, file, ...options })
  const data = await embedAll(encoder.model, imagesInMemory(pixels, side), 1)
  const rows = [0, 1, 2].map((row) => [...data.subarray(row * encoder.dimensions, (row + 1) * encoder.dimensions)])
  return { ...encoder, rows }
}
function expectClose(rows: number[][], expected: number[][]) {
  expect(rows).toHaveLength(expected.length)
  rows.forEach((row, at) => row.forEach((value, d) => expect(value).toBeCloseTo(expected[at]![d]!, 4)))
}

it('a convolutional network gives the mean over its places, of pixels normalised as ImageNet wants them', async () => {
  const { rows, inputSize, dimensions, notes } = await embedded(saved(convolutional(['batch', 3, side, side])))
  expect([inputSize, dimensions]).toEqual([side, 5])
  expectClose(rows, [0, 1, 2].map((image) => mapByHand(image, normalisations.imagenet).map(average))) // prettier-ignore
  expect(notes.join(' ')).toMatch(/model\.onnx \(SHA-256 [0-9a-f]{12}….*ImageNet.*mean over all places of its output “map”/)
})

it('a model for one image at a time is run so', async () => {
  const { rows } = await embedded(saved(convolutional([1, 3, side, side])))
  expectClose(rows, [0, 1, 2].map((image) => mapByHand(image, normalisations.imagenet).map(average))) // prettier-ignore
})

it('a transformer gives its class token, or the mean where it has none or that is asked for', async () => {
  const maps = [0, 1, 2].map((image) => mapByHand(image, normalisations.symmetric))
  const own = { normalisation: 'symmetric' } as const
  const withToken = saved(transformer(true))
  expectClose((await embedded(withToken, own)).rows, maps.map((map) => map.map((places) => 2 * places[0]!))) // prettier-ignore
  const mean = await embedded(withToken, { ...own, pooling: 'mean' })
  expectClose(mean.rows, maps.map((map) => map.map((places) => average([2 * places[0]!, ...places])))) // prettier-ignore
  expectClose((await embedded(saved(transformer(false)), own)).rows, maps.map((map) => map.map(average))) // prettier-ignore
})

it('size and normalisation come from preprocessor_config.json, beside the model or above it', async () => {
  const home = folder()
  mkdirSync(join(home, 'onnx'))
  const own = { mean: [0.1, 0.2, 0.3], deviation: [0.5, 0.6, 0.7] }
  const config = {
    image_mean: own.mean,
    image_std: own.deviation,
    crop_size: { height: side, width: side },
    size: { shortest_edge: 99 },
  }
  writeFileSync(join(home, 'preprocessor_config.json'), JSON.stringify(config))
  const file = saved(convolutional(['n', 3, 'height', 'width']), 'vision.onnx', join(home, 'onnx'))
  const { rows, inputSize } = await embedded(file)
  const odd = { ...config, crop_size: null, do_center_crop: null, size: { height: side, width: side }, do_normalize: null }
  writeFileSync(join(home, 'preprocessor_config.json'), JSON.stringify(odd))
  expect((await embedded(file)).rows).toEqual(rows)
  expect(inputSize).toBe(side)
  expectClose(rows, [0, 1, 2].map((image) => mapByHand(image, own).map(average))) // prettier-ignore
})

it('bytes with channels last, as Handful itself writes encoders, and grey input', async () => {
  const bytes = saved((graph) => {
    const image = graph.node('Cast', [graph.input('images', 'uint8', ['batch', side, side, 3])], { to: 1 })
    graph.node('Flatten', [image], {}, { output: 'embeddings' })
    graph.output('embeddings', 'float32', ['batch', side * side * 3])
  })
  expectClose((await embedded(bytes)).rows, [0, 1, 2].map((at) => [...pixels.subarray(at * side * side * 3, (at + 1) * side * side * 3)])) // prettier-ignore
  const grey = saved((graph) => {
    graph.node('Flatten', [graph.input('x', 'float32', ['n', 1, side, side])], {}, { output: 'y' })
    graph.output('y', 'float32', ['n', side * side])
  })
  const { rows } = await embedded(grey, { normalisation: 'none' })
  rows.forEach((row, image) =>
    row.forEach((value, at) => {
      const from = (image * side * side + at) * 3
      expect(value).toBeCloseTo((pixels[from]! + pixels[from + 1]! + pixels[from + 2]!) / 3, 3)
    }),
  )
})

it('of several outputs the likeliest is taken, or the one asked for', async () => {
  const file = saved((graph) => {
    const map = patches(graph, graph.input('x', 'float32', ['n', 3, side, side]))
    graph.node('Identity', [map], {}, { output: 'map' })
    graph.node('Flatten', [graph.node('GlobalMaxPool', [map])], {}, { output: 'pooler_output' })
    for (const name of ['map', 'pooler_output']) graph.output(name, 'float32')
  })
  expect((await embedded(file)).notes.join(' ')).toContain('“pooler_output”')
  expect((await embedded(file, { output: 'map' })).notes.join(' ')).toContain('“map”')
  await expect(embedded(file, { output: 'neck' })).rejects.toMatchObject({ data: { name: 'output', reason: expect.stringContaining('map, pooler_output') as string } }) // prettier-ignore
})

it.each([
  [
    'it is no model',
    () => (writeFileSync(join(folder(), 'x'), ''), join(folder(), 'nowhere.onnx')),
    /there is no .*nowhere\.onnx/,
  ],
  ['it is text', () => { const file = join(folder(), 'a.onnx'); writeFileSync(file, 'hello'); return file }, /is no ONNX model/], // prettier-ignore
  ['it takes no images', () => saved((graph) => void graph.output(graph.node('Identity', [graph.input('ids', 'int64', ['n', 7])]), 'int64')), /takes no images/], // prettier-ignore
  ['it wants text too', () => saved((graph) => { graph.input('input_ids', 'int64', ['n', 7]); convolutional(['n', 3, side, side])(graph) }), /more than an image \(input_ids\)/], // prettier-ignore
  ['its images are no squares', () => saved(convolutional(['n', 3, 8, 16])), /16 × 8 px/],
  ['it takes four at a time', () => saved(convolutional([4, 3, side, side])), /exactly 4 images/],
  ['it takes six channels', () => saved(convolutional(['n', 6, side, side])), /6 channels/],
  ['it does not run', () => saved(convolutional(['n', 3, 1, 1])), /does not run on images of 1 px/],
])('says what is wrong when %s', async (_, file, reason) => {
  await expect(bringEncoder({ ...defaults, file: file() })).rejects.toMatchObject({ code: 'BAD_PARAMETER', data: { name: 'file', reason: expect.stringMatching(reason) as string } }) // prettier-ignore
})

it('the graph that comes out has one input and one output', async () => {
  const { model } = await bringEncoder({ ...defaults, file: saved(convolutional(['n', 3, side, side])) })
  await withSession(model, {}, (session) => {
    expect([session.inputs, session.outputs, session.rows]).toEqual([['handful_images'], ['handful_embeddings'], null])
    return Promise.resolve()
  })
})
