/** An encoder trained elsewhere, any ONNX image encoder, with what it wants of pixels put before it and an embedding made of its output. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { HandfulError } from '@shared/errors'
import { Graph, type Value } from '../engine/graph'
import { between, hasWeightsElsewhere, makersOf, opsetOf, type Port, portsOf, type Ports } from '../engine/onnx-model'
import { random } from '../engine/random'
import { withSession } from '../engine/session'
import { featuresBefore } from './classifier'
import { normalisations, type NormalisationId, type Preprocessing, preprocessingOf } from './preprocessing'

export const poolings = ['auto', 'first', 'mean'] as const

export interface BroughtOptions {
  /** Path of the .onnx file. */
  readonly file: string
  /** px, where the file leaves it open. */
  readonly size?: number | undefined
  readonly normalisation: NormalisationId | 'auto'
  /** Name of the output; empty: the likeliest. */
  readonly output: string
  /** What becomes of an output with a vector for each place of the image. */
  readonly pooling: (typeof poolings)[number]
  readonly threads: number
}

export interface BroughtEncoder {
  /** See `FittedEncoder.model`; operators and their version are those of the file. */
  readonly model: Uint8Array
  readonly dimensions: number
  /** Side of the images that it reads, px. */
  readonly inputSize: number
  readonly notes: string[]
}

/** The model may have values called `images` and `embeddings`. */
const names = { input: 'handful_images', output: 'handful_embeddings' }
/** Where neither file nor person says anything. */
const usualSize = 224
/** Arithmetic has broadcast as it does since. */
const oldestOpset = 7
/** TensorProto.DataType */
const [float32, uint8, float16] = [1, 2, 10]
const floating = new Set([float32, float16, 11])
/** Outputs that are the embedding of the whole image where models have them. */
const likeliest = ['image_embeds', 'embeddings', 'embedding', 'pooler_output', 'last_hidden_state']

const refused = (reason: string, cause?: unknown) =>
  new HandfulError('BAD_PARAMETER', { name: 'file', reason }, cause === undefined ? {} : { cause })

/** @throws HandfulError BAD_PARAMETER with what about the file cannot be used */
export async function bringEncoder(options: BroughtOptions): Promise<BroughtEncoder> {
  const { bytes, ports } = readModel(options.file)
  const input = imageInput(ports)
  const known = preprocessingOf(options.file)
  const inputSize = sizeOf(input, options.size ?? known.size)
  const before = preparation(input, inputSize, options, known)
  const trial = { bytes, before, count: input.shape?.[0] ?? 2, size: inputSize, threads: options.threads }
  const floats = ports.outputs.filter(({ type }) => floating.has(type)).map(({ name }) => name)
  const output = chosenOutput(await tryOut(trial, floats), options.output)
  const { name, shape } = options.output ? output : await featuresOf(output, trial)
  const pooled = pooling(shape, options.pooling, input)
  const behind = new Graph('handful', 'handful_')
  const embeddings = pooled.build(behind, behind.node('Cast', [name], { to: float32 }))
  behind.node('Identity', [embeddings], {}, { output: names.output })
  behind.output(names.output, 'float32', ['batch', pooled.dimensions])
  const digest = createHash('sha256').update(bytes).digest('hex').slice(0, 12)
  const wanted = input.type === uint8 ? 'left to it' : options.normalisation === 'auto' ? known.source : options.normalisation
  const notes = [
    `Trained elsewhere: ${basename(options.file)} (SHA-256 ${digest}…), ${inputSize} px, normalisation ${wanted}.`,
    `Embeddings are ${pooled.note} of its ${name === output.name ? 'output' : 'features'} “${name}”.`,
  ]
  return { model: between(bytes, before, behind), dimensions: pooled.dimensions, inputSize, notes }
}

function readModel(file: string): { bytes: Uint8Array; ports: Ports } {
  let bytes: Uint8Array
  try {
    bytes = readFileSync(file)
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    throw refused(code === 'ENOENT' ? `there is no ${file}` : `${file} cannot be read (${code ?? 'unknown'})`, cause)
  }
  let ports: Ports
  try {
    ports = portsOf(bytes)
  } catch (cause) {
    throw refused(`${file} is no ONNX model`, cause)
  }
  if (hasWeightsElsewhere(bytes)) throw refused('its weights lie in another file; save the model with its weights inside')
  const opset = opsetOf(bytes)
  if (opset < oldestOpset) throw refused(`it is written in operators of version ${opset}; ${oldestOpset} and later are read`)
  return { bytes, ports }
}

/** The one input: an image. */
function imageInput({ inputs }: Ports): Port {
  const images = inputs.filter(({ type, shape }) => [float32, uint8, float16].includes(type) && (shape?.length ?? 4) === 4)
  const [image] = images
  if (!image) throw refused('it takes no images: there is no input of four dimensions')
  if (inputs.length > 1) {
    const others = inputs.filter((port) => port !== image).map(({ name }) => name)
    throw refused(`it wants more than an image (${others.join(', ')}); save the part that looks at images alone`)
  }
  const batch = image.shape?.[0] ?? null
  if (batch !== null && batch > 1) throw refused(`it takes exactly ${batch} images at a time; save it with a free batch size`)
  return image
}

const layoutOf = ({ shape }: Port) =>
  shape && [1, 3].includes(shape[3] ?? 0) && ![1, 3].includes(shape[1] ?? 0) ? 'last' : 'first'
const channelsOf = (port: Port) => (layoutOf(port) === 'last' ? port.shape?.[3] : port.shape?.[1]) ?? 3

function sizeOf(port: Port, wanted: number | null): number {
  const [height, width] = layoutOf(port) === 'last' ? [port.shape?.[1], port.shape?.[2]] : [port.shape?.[2], port.shape?.[3]]
  if (height && width && height !== width) throw refused(`it wants images of ${width} × ${height} px; only squares can be given`)
  if (![1, 3].includes(channelsOf(port))) throw refused(`it wants ${channelsOf(port)} channels; grey or colour can be given`)
  return height ?? width ?? wanted ?? usualSize
}

/** From `images` to the model's own input, which it names. */
function preparation(port: Port, size: number, { normalisation }: BroughtOptions, known: Preprocessing): Graph {
  const graph = new Graph('handful', 'handful_before_')
  const images = graph.input(names.input, 'uint8', [port.shape?.[0] ?? 'batch', size, size, 3])
  const { mean, deviation } = normalisation === 'auto' ? known.normalisation : normalisations[normalisation]
  let value: Value = images
  if (port.type !== uint8) {
    const scale = graph.float(deviation.map((each) => 1 / (255 * each)))
    const shift = graph.float(mean.map((each, at) => each / deviation[at]!))
    value = graph.node('Sub', [graph.node('Mul', [graph.node('Cast', [images], { to: float32 }), scale]), shift])
  }
  if (channelsOf(port) === 1) value = grey(graph, value, port)
  if (layoutOf(port) === 'first') value = graph.node('Transpose', [value], { perm: [0, 3, 1, 2] })
  graph.node('Cast', [value], { to: port.type }, { output: port.name })
  return graph
}

function grey(graph: Graph, value: Value, { type }: Port): Value {
  const plain = type === uint8 ? graph.node('Cast', [value], { to: float32 }) : value
  return graph.node('MatMul', [plain, graph.float([1 / 3, 1 / 3, 1 / 3], [3, 1])])
}

interface Given {
  readonly name: string
  readonly shape: readonly number[]
}

interface Trial {
  readonly bytes: Uint8Array
  readonly before: Graph
  /** Images at a time. */
  readonly count: number
  readonly size: number
  readonly threads: number
}

/** What some of its values look like for images of noise; whatever is wrong with the model shows here. */
async function tryOut({ bytes, before, count, size, threads }: Trial, values: readonly string[]): Promise<Given[]> {
  if (values.length === 0) throw refused('it gives no numbers that could be an embedding')
  const behind = new Graph('handful', 'handful_')
  const probes = values.map((name, at) => {
    behind.node('Cast', [name], { to: float32 }, { output: `handful_probe_${at}` })
    return behind.output(`handful_probe_${at}`, 'float32')
  })
  const draws = random(0, 0x6272)
  const data = Uint8Array.from({ length: count * size * size * 3 }, () => draws.below(256))
  try {
    return await withSession(between(bytes, before, behind), { threads }, async (session) => {
      const results = await session.run({ [names.input]: { type: 'uint8', shape: [count, size, size, 3], data } })
      return values.flatMap((name, at) => {
        const { shape, data } = results[probes[at]!]!
        return shape[0] === count && (data as Float32Array).every(Number.isFinite) ? [{ name, shape }] : []
      })
    })
  } catch (cause) {
    throw refused(`it does not run on images of ${size} px: ${(cause as Error).message}`, cause)
  }
}

/** Of a classifier what its last layer reads; of others the output itself. */
async function featuresOf(output: Given, trial: Trial): Promise<Given> {
  const features = likeliest.includes(output.name) ? null : featuresBefore(output.name, output.shape[1]!, makersOf(trial.bytes))
  if (features === null) return output
  const [given] = await tryOut(trial, [features]).catch(() => [])
  return given && given.shape.length >= 2 && given.shape.length <= 4 ? given : output
}

function chosenOutput(given: readonly Given[], wanted: string): Given {
  const usable = given.filter(({ shape }) => shape.length >= 2 && shape.length <= 4)
  const found = usable.map(({ name }) => name).join(', ')
  if (usable.length === 0) throw refused('none of its outputs is a finite vector for each image')
  if (wanted) {
    const chosen = usable.find(({ name }) => name === wanted)
    if (chosen) return chosen
    throw new HandfulError('BAD_PARAMETER', { name: 'output', reason: `there is no “${wanted}” of use; there are: ${found}` })
  }
  const named = likeliest.flatMap((name) => usable.filter((one) => one.name === name))
  return named[0] ?? usable.toSorted((a, b) => a.shape.length - b.shape.length)[0]!
}

interface Pooled {
  readonly dimensions: number
  readonly note: string
  readonly build: (graph: Graph, value: Value) => Value
}

/** [batch, dimensions] as it is, [batch, places, dimensions] of a transformer, a map of a convolutional network. */
function pooling(shape: readonly number[], wanted: BroughtOptions['pooling'], input: Port): Pooled {
  const [, second, third, fourth] = shape as [number, number, number?, number?]
  if (third === undefined) return { dimensions: second, note: 'the numbers', build: (_, value) => value }
  const overPlaces = (graph: Graph, value: Value) => graph.node('Flatten', [graph.node('GlobalAveragePool', [value])])
  if (fourth !== undefined) {
    const last = layoutOf(input) === 'last'
    const firstly = (graph: Graph, value: Value) => (last ? graph.node('Transpose', [value], { perm: [0, 3, 1, 2] }) : value)
    const build = (graph: Graph, value: Value) => overPlaces(graph, firstly(graph, value))
    return { dimensions: last ? fourth : second, note: 'the mean over all places', build }
  }
  // Without a class token there are as many vectors as squares on a grid.
  const first = wanted === 'first' || (wanted === 'auto' && !Number.isInteger(Math.sqrt(second)))
  return {
    dimensions: third,
    note: first ? 'the first vector, the class token,' : 'the mean over all places',
    build: (graph, value) =>
      first
        ? graph.node('Gather', [value, graph.int64(0)], { axis: 1 })
        : overPlaces(graph, graph.node('Transpose', [value], { perm: [0, 2, 1] })),
  }
}
