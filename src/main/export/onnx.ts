/** Encoder and head as ONNX files: apart, and as one classifier from image to class probabilities. */
import { createHash } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { HandfulError } from '@shared/errors'
import { groupedWeight, type Run } from '@shared/model'
import product from '../../../package.json' with { type: 'json' }
import { Graph } from '../engine/graph'
import { columnMeans, type Matrix, matrix, normalizeRows, shiftRows } from '../engine/linear-algebra'
import { type Exporter, type ExportContext, type ExportRow, headTitle } from './exporter'
import { auditFacts } from './data-sheet'
import { sumsName } from './folder'
import { markerHead, markerLines, markerName } from './marker'
import { byCodePoint } from './names'
import { continueModel, makersOf, portsOf } from '../engine/onnx-model'

const files = ['classifier.onnx', 'encoder.onnx', 'head.onnx', 'handful.json', 'classes.txt', 'README.md']

export const onnx: Exporter = {
  id: 'onnx',
  async write(context, folder) {
    const run = context.reader.runs.active()
    if (!run) throw new HandfulError('NOT_READY', { needs: 'a pretrained encoder' })
    const encoder = await readFile(join(context.reader.folder, 'runs', run.id, 'encoder.onnx'))
    const description = JSON.parse(await readFile(join(context.reader.folder, 'runs', run.id, 'encoder.json'), 'utf8')) as Record<
      string,
      unknown
    >
    const head = fitHead(context, run)
    const [embedding] = portsOf(encoder).outputs
    if (!embedding) throw new Error('encoder.onnx has no output')
    const metadata = { classes: JSON.stringify(head.classes.map(({ name }) => name)), notes: head.notes.join(' ') }
    await mkdir(folder, { recursive: true })
    await writeFile(
      join(folder, 'classifier.onnx'),
      continueModel(
        encoder,
        headGraph(head.layers, embedding.name, false, makersOf(encoder).has(answer) ? `head_${answer}` : answer),
      ),
    )
    await writeFile(join(folder, 'encoder.onnx'), encoder)
    await writeFile(join(folder, 'head.onnx'), headGraph(head.layers, 'embedding', true).model({ metadata }))
    await writeFile(
      join(folder, 'handful.json'),
      JSON.stringify({ handful: product.version, classes: head.classes, encoder: description, notes: head.notes }, null, 2),
    )
    await writeFile(join(folder, 'classes.txt'), head.classes.map(({ name }) => `${name.replace(/\s+/g, ' ')}\n`).join(''))
    await writeFile(join(folder, 'README.md'), readMe(context, run, head))
    const sums = await Promise.all(files.map(async (file) => `${await sha256(join(folder, file))}  ${file}\n`))
    await writeFile(join(folder, sumsName), sums.join(''))
    await writeFile(join(folder, markerName), markerHead + markerLines([...files, sumsName]))
    context.progress(context.data.counts.rows)
    return { summary: `classifier of ${head.classes.length} classes, fitted on ${head.fittedOn.toLocaleString('en')} images` }
  },
}

interface Head {
  layers: HeadLayers
  /** In the order of the head's outputs: alphabetical. */
  classes: { id: string; name: string }[]
  fittedOn: number
  notes: string[]
}

/** What a softmax head learns from: compared embeddings, class indices and weights of the exported rows. */
interface Lesson {
  embeddings: Float32Array
  targets: Uint16Array
  weights: Float32Array
}

/** Pseudo-labels that a distilled head is fitted on, at most: more change it hardly and take minutes. */
const mostPseudoLabels = 20_000

/**
 * A softmax head has no graph of the folder's images in it, label spreading has: where that is the head in use, its pseudo-labels are
 * what the exported head is fitted on, each weighted by its confidence.
 */
function fitHead({ reader, data, fitSoftmax }: ExportContext, run: Run): Head {
  const inUse = reader.head(run.id)
  const distilled = inUse !== null && inUse.method !== 'softmax'
  const classes = data.counts.byClass.map(({ classId: id, name }) => ({ id, name })).sort((a, b) => byCodePoint(a.name, b.name))
  if (classes.length < 2) throw new HandfulError('NOT_READY', { needs: 'labels of at least two classes' })
  const { ordinals, dimensions, data: raw } = reader.embeddings(run.id)
  const embedded = matrix(ordinals.length, dimensions, raw)
  const mean = columnMeans(embedded)
  const compared = normalizeRows(shiftRows(embedded, mean))
  const rowOf = new Map(Array.from(ordinals, (ordinal, row) => [ordinal, row]))
  const indexOf = new Map(classes.map(({ id }, index) => [id, index]))
  const stride = distilled ? Math.ceil(data.counts.bySource.propagated / mostPseudoLabels) : Infinity
  const lesson = lessonOf(data.rows(), compared, { rowOf, indexOf, stride })
  const { weights } = fitSoftmax({ ...lesson, dimensions, classes: classes.length })
  const layers = { mean, weights, classes: classes.length }
  const notes = distilled ? [distillationNote(headTitle(inUse), lesson, layers)] : []
  return { layers, classes, fittedOn: lesson.targets.length, notes }
}

interface Choice {
  /** By ordinal. */
  rowOf: Map<number, number>
  /** By class id. */
  indexOf: Map<string, number>
  /** Every which pseudo-label is taken. */
  stride: number
}

function lessonOf(rows: Iterable<ExportRow>, { columns, data }: Matrix, { rowOf, indexOf, stride }: Choice): Lesson {
  const chosen: { row: number; target: number; weight: number }[] = []
  let pseudoLabels = 0
  for (const { ordinal, labels } of rows) {
    const row = rowOf.get(ordinal)
    const [label] = labels
    const target = label && indexOf.get(label.classId)
    if (row === undefined || target === undefined) continue
    const { source, confidence } = label!
    if (source === 'propagated' && pseudoLabels++ % stride !== 0) continue
    const weight = source === 'propagated' ? (confidence ?? 1) : source === 'grouped' ? groupedWeight : 1
    chosen.push({ row, target, weight })
  }
  const embeddings = new Float32Array(chosen.length * columns)
  chosen.forEach(({ row }, at) => embeddings.set(data.subarray(row * columns, (row + 1) * columns), at * columns))
  return {
    embeddings,
    targets: Uint16Array.from(chosen, ({ target }) => target),
    weights: Float32Array.from(chosen, ({ weight }) => weight),
  }
}

function distillationNote(title: string, { embeddings, targets }: Lesson, layers: HeadLayers): string {
  const agreeing = targets.reduce((sum, target, row) => sum + Number(predicted(layers, embeddings, row) === target), 0)
  const percent = ((100 * agreeing) / Math.max(targets.length, 1)).toFixed(1)
  return (
    `The labels come from “${title}”, which works on the images of the folder only. So that new images can be labeled, ` +
    `a softmax head was fitted on its labels, each weighted by its confidence; it agrees with ${percent} % of them.`
  )
}

function predicted({ weights, classes }: HeadLayers, embeddings: Float32Array, row: number): number {
  const width = weights.length / classes
  const score = (index: number) => {
    let sum = weights[index * width + width - 1]!
    for (let axis = 0; axis < width - 1; axis++) sum += embeddings[row * (width - 1) + axis]! * weights[index * width + axis]!
    return sum
  }
  const scores = Array.from({ length: classes }, (_, index) => score(index))
  return scores.indexOf(Math.max(...scores))
}

/** Name of the output, where the encoder has no value of that name. */
const answer = 'probabilities'

export interface HeadLayers {
  /** Of the folder's embeddings, [dimensions]. */
  mean: Float32Array
  /** [classes, dimensions + 1], the last column is the bias. */
  weights: Float32Array
  classes: number
}

/** embedding [batch, dimensions] → probabilities [batch, classes]: centred, to length 1, softmax regression. */
export function headGraph({ mean, weights, classes }: HeadLayers, embedding: string, alone: boolean, output = answer): Graph {
  const dimensions = mean.length
  const graph = new Graph('handful', 'head_')
  if (alone) graph.input(embedding, 'float32', ['batch', dimensions])
  const centred = graph.node('Sub', [embedding, graph.float(mean, [dimensions], 'head_mean')])
  // Not ReduceSumSquare: where it takes its axes depends on the version of operators, which is that of the encoder.
  const ones = graph.float(new Float32Array(dimensions).fill(1), [dimensions, 1])
  const squares = graph.node('MatMul', [graph.node('Mul', [centred, centred]), ones])
  const length = graph.node('Sqrt', [graph.node('Add', [squares, graph.float(1e-24)])])
  const slopes = weights.filter((_, at) => at % (dimensions + 1) !== dimensions)
  const bias = weights.filter((_, at) => at % (dimensions + 1) === dimensions)
  const inputs = [
    graph.node('Div', [centred, length]),
    graph.float(slopes, [classes, dimensions], 'head_weights'),
    graph.float(bias, [classes], 'head_bias'),
  ]
  const logits = graph.node('Gemm', inputs, { transB: 1 })
  graph.node('Softmax', [logits], { axis: 1 }, { output })
  graph.output(output, 'float32', ['batch', classes])
  return graph
}

const sha256 = async (path: string) =>
  createHash('sha256')
    .update(await readFile(path))
    .digest('hex')

function readMe({ reader }: ExportContext, run: Run, { classes, fittedOn, notes }: Head): string {
  return [
    '# Image classifier',
    '',
    `Made with Handful ${product.version}: encoder *${run.task}* (seed ${run.seed}, ${run.inputSize}×${run.inputSize} px), head fitted on ${fittedOn} images.`,
    '',
    '- `classifier.onnx`: image → `probabilities` of the classes, in the order of `classes.txt`.',
    '- `encoder.onnx`: image → embedding. `head.onnx`: `embedding` → `probabilities`.',
    '- `handful.json`: classes, input size and preprocessing, seed, fingerprint of the images it was fitted on.',
    '- `SHA256SUMS`: checksum of every file.',
    '',
    ...auditFacts(reader),
    ...notes.flatMap((note) => ['', note]),
    '',
    ...classes.map(({ name }, index) => `${index}. ${name.replace(/\s+/g, ' ')}`),
    '',
  ].join('\n')
}
