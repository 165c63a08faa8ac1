/**
 * Makes the encoder that comes with the app, `resources/encoders/stock.onnx`, of the object detector in MediaPipe's npm package:
 * `npm pack @mediapipe/objectron@0.4.1675468480`, unpack it, and with the Node of the project
 * `node --import ./src/main/hosts/source-loader.ts scripts/stock-encoder.ts package/objectron_solution_packed_assets.data`.
 * The detector is a TensorFlow Lite file, a flatbuffer whose fields are numbered as in its schema.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Graph, type Value } from '../src/main/engine/graph'

/** Where the detector lies in the packed file; before it stands the list of what it detects. */
const detectorAt = 184
/** Blocks of MobileNetV2 (Sandler et al. 2018) whose mean over all places is a part of the features. */
const taps = ['expanded_conv_11/add', 'expanded_conv_13/expand/Conv2D', 'expanded_conv_16/project/Conv2D']

const file = readFileSync(process.argv[2]!).subarray(detectorAt)
const unsigned = (at: number) => file.readUInt32LE(at)
/** Where field `index` of a table is, or null where it has its default. */
function fieldOf(table: number, index: number): number | null {
  const fields = table - file.readInt32LE(table)
  const entry = 4 + 2 * index
  const offset = entry < file.readUInt16LE(fields) ? file.readUInt16LE(fields + entry) : 0
  return offset === 0 ? null : table + offset
}
function elementsOf(table: number, index: number): number[] {
  const field = fieldOf(table, index)
  if (field === null) return []
  const vector = field + unsigned(field)
  return Array.from({ length: unsigned(vector) }, (_, at) => vector + 4 + 4 * at)
}
const tablesOf = (table: number, index: number) => elementsOf(table, index).map((at) => at + unsigned(at))
const numbersOf = (table: number, index: number) => elementsOf(table, index).map((at) => file.readInt32LE(at))
const numberOf = (table: number, index: number) => {
  const field = fieldOf(table, index)
  return field === null ? 0 : file.readInt32LE(field)
}
const byteOf = (table: number, index: number) => {
  const field = fieldOf(table, index)
  return field === null ? 0 : file[field]!
}
function bytesOf(table: number, index: number): Buffer {
  const vector = fieldOf(table, index)! + unsigned(fieldOf(table, index)!)
  return file.subarray(vector + 4, vector + 4 + unsigned(vector))
}

const model = unsigned(0)
const operators = tablesOf(model, 1).map((code) => Math.max(byteOf(code, 0), numberOf(code, 3)))
const [detector] = tablesOf(model, 2) as [number]
const tensors = tablesOf(detector, 0)
const buffers = tablesOf(model, 4)
const shapeOf = (tensor: number) => numbersOf(tensors[tensor]!, 0)
const nameOf = (tensor: number) => bytesOf(tensors[tensor]!, 3).toString()
/** Bits of 16-bit floats. */
const halves = (tensor: number) => {
  const bytes = Buffer.from(bytesOf(buffers[numberOf(tensors[tensor]!, 2)]!, 0))
  return new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.length / 2)
}

const [add, convolution, depthwise, dequantize] = [0, 3, 4, 6]
const relu6 = 3

const graph = new Graph('stock')
const planes = graph.input('planes', 'float32', ['batch', 3, 'height', 'width'])
/** Which weights a tensor was widened from. */
const widened = new Map<number, number>()
const values = new Map<number, Value>([[numbersOf(detector, 1)[0]!, planes]])
const tapped = new Map<string, { value: Value; columns: number }>()

const constant = (shape: number[], data: Uint16Array) => graph.node('Cast', [graph.constant('float16', shape, data)], { to: 1 })

/** From [filters, rows, columns, channels], or [1, rows, columns, channels] where each channel has a filter, to ONNX's order. */
function kernel(tensor: number, each: boolean): { value: Value; filters: number; side: number } {
  const [first, side, , channels] = shapeOf(tensor) as [number, number, number, number]
  const from = halves(widened.get(tensor)!)
  const [filters, inner, area] = [each ? channels : first, each ? 1 : channels, side * side]
  const to = new Uint16Array(from.length)
  for (let filter = 0; filter < filters; filter++)
    for (let channel = 0; channel < inner; channel++)
      for (let at = 0; at < area; at++)
        to[(filter * inner + channel) * area + at] = from[each ? at * filters + filter : (filter * area + at) * inner + channel]!
  return { value: constant([filters, inner, side, side], to), filters, side }
}

function convolved(input: Value, [, weights, biases]: number[], options: number, each: boolean): Value {
  const { value, filters, side } = kernel(weights!, each)
  const stride = numberOf(options, 1)
  // Images have even sides: what a stride of 2 leaves over goes to the right and the bottom.
  const [before, after] = stride === 2 ? [0, side - 2] : [side >> 1, side >> 1]
  const bias = constant([filters], halves(widened.get(biases!)!))
  const attributes = { strides: [stride, stride], pads: [before, before, after, after], group: each ? filters : 1 }
  return graph.node('Conv', [input, value, bias], attributes)
}

for (const operator of tablesOf(detector, 3)) {
  const kind = operators[numberOf(operator, 0)]!
  const inputs = numbersOf(operator, 1)
  const [output] = numbersOf(operator, 2) as [number]
  if (kind === dequantize) widened.set(output, inputs[0]!)
  const [first, second] = inputs.map((input) => values.get(input)) as [Value?, Value?]
  if (!first || ![add, convolution, depthwise].includes(kind)) continue
  const options = fieldOf(operator, 4)! + unsigned(fieldOf(operator, 4)!)
  let value = kind === add ? graph.node('Add', [first, second!]) : convolved(first, inputs, options, kind === depthwise)
  const activation = byteOf(options, kind === add ? 0 : kind === convolution ? 3 : 4)
  if (activation === relu6) value = graph.node('Clip', [value, graph.float(0), graph.float(6)])
  values.set(output, value)
  for (const tap of taps)
    if (
      nameOf(output)
        .split(';')
        .some((name) => name.replace(/1$/, '').endsWith(`MobilenetV2/${tap}`))
    )
      tapped.set(tap, { value, columns: shapeOf(output)[3]! })
}

const means = taps.map((tap) => graph.node('Flatten', [graph.node('GlobalAveragePool', [tapped.get(tap)!.value])]))
const columns = taps.reduce((sum, tap) => sum + tapped.get(tap)!.columns, 0)
graph.node('Concat', means, { axis: 1 }, { output: 'features' })
graph.output('features', 'float32', ['batch', columns])
const bytes = graph.prune().model({ description: 'MobileNetV2 of an object detector trained on Open Images V4, Apache-2.0' })
writeFileSync(join(import.meta.dirname, '../resources/encoders/stock.onnx'), bytes)
console.log(`${columns} features, ${(bytes.length / 1e6).toFixed(1)} MB`)
