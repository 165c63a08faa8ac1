/** Encoder and head as ONNX files: apart, and as one classifier from image to class probabilities. */
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { HandfulError } from '@shared/errors'
import type { Run } from '@shared/model'
import { version } from '../../../package.json' with { type: 'json' }
import { Graph } from '../engine/graph'
import type { Embeddings } from '../store/embeddings'
import type { Exporter, ExportContext, SoftmaxFit, SoftmaxWeights } from './exporter'
import { markerHead, markerLines, markerName } from './marker'
import { byCodePoint } from './names'
import { continueModel, portsOf } from './onnx-merge'

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
    const head = await fitHead(context, run)
    const [embedding] = portsOf(encoder).outputs
    if (!embedding) throw new Error('encoder.onnx has no output')
    const metadata = { classes: JSON.stringify(head.classes.map(({ name }) => name)), notes: head.notes.join(' ') }
    await mkdir(folder)
    await writeFile(join(folder, 'classifier.onnx'), continueModel(encoder, headGraph(head.softmax, embedding, false)))
    await writeFile(join(folder, 'encoder.onnx'), encoder)
    await writeFile(join(folder, 'head.onnx'), headGraph(head.softmax, 'embedding', true).model({ metadata }))
    await writeFile(
      join(folder, 'handful.json'),
      JSON.stringify({ handful: version, classes: head.classes, encoder: description, notes: head.notes }, null, 2),
    )
    await writeFile(join(folder, 'classes.txt'), head.classes.map(({ name }) => `${name.replace(/\s+/g, ' ')}\n`).join(''))
    await writeFile(join(folder, 'README.md'), readMe(run, head))
    await writeFile(join(folder, markerName), markerHead + markerLines(files))
    context.progress(context.data.counts.rows)
    return { summary: `classifier of ${head.classes.length} classes, fitted on ${head.fittedOn.toLocaleString('en')} images` }
  },
}

interface Head {
  softmax: SoftmaxWeights
  /** In the order of the head's outputs: alphabetical. */
  classes: { id: string; name: string }[]
  fittedOn: number
  notes: string[]
}

/** What a softmax head learns from: embeddings, class indices and weights of the exported rows. */
interface Lesson {
  embeddings: Float32Array
  targets: Int32Array
  weights: Float32Array
}

/**
 * A softmax head has no graph of the folder's images in it, label spreading has: where that is the head in use, its pseudo-labels are
 * what the exported head is fitted on, each weighted by its confidence.
 */
async function fitHead({ reader, data, fitSoftmax, signal }: ExportContext, run: Run): Promise<Head> {
  const inUse = reader.head(run.id)
  const distilled = inUse !== null && inUse.method !== 'softmax'
  const classes = data.counts.byClass.map(({ classId: id, name }) => ({ id, name })).sort((a, b) => byCodePoint(a.name, b.name))
  if (classes.length < 2) throw new HandfulError('NOT_READY', { needs: 'labels of at least two classes' })
  const embeddings = reader.embeddings(run.id)
  const lesson = lessonOf(data.rows(), embeddings, new Map(classes.map(({ id }, index) => [id, index])), distilled)
  signal.throwIfAborted()
  const softmax = await fit(fitSoftmax, lesson, embeddings.dimensions, classes.length)
  signal.throwIfAborted()
  const notes = distilled ? [distillationNote(String(inUse.state['title'] ?? inUse.method), lesson, softmax)] : []
  return { softmax, classes, fittedOn: lesson.targets.length, notes }
}

const fit = (fitSoftmax: SoftmaxFit, { embeddings, targets, weights }: Lesson, dimensions: number, classes: number) =>
  fitSoftmax({ embeddings, dimensions, targets, weights, classes })

function lessonOf(
  rows: Iterable<{ ordinal: number; label: { classId: string } | null; source: string | null; confidence: number | null }>,
  { ordinals, dimensions, data }: Embeddings,
  indexOf: Map<string, number>,
  distilled: boolean,
): Lesson {
  const rowOf = new Map(Array.from(ordinals, (ordinal, row) => [ordinal, row]))
  const chosen: { row: number; target: number; weight: number }[] = []
  for (const { ordinal, label, source, confidence } of rows) {
    const row = rowOf.get(ordinal)
    const target = label ? indexOf.get(label.classId) : undefined
    if (row === undefined || target === undefined || (source === 'propagated' && !distilled)) continue
    chosen.push({ row, target, weight: confidence ?? 1 })
  }
  const embeddings = new Float32Array(chosen.length * dimensions)
  chosen.forEach(({ row }, at) => embeddings.set(data.subarray(row * dimensions, (row + 1) * dimensions), at * dimensions))
  return {
    embeddings,
    targets: Int32Array.from(chosen, ({ target }) => target),
    weights: Float32Array.from(chosen, ({ weight }) => weight),
  }
}

function distillationNote(title: string, { embeddings, targets }: Lesson, softmax: SoftmaxWeights): string {
  const agreeing = targets.reduce((sum, target, row) => sum + Number(predicted(softmax, embeddings, row) === target), 0)
  const percent = ((100 * agreeing) / Math.max(targets.length, 1)).toFixed(1)
  return (
    `The labels come from ${title}, which works on the images of the folder only. So that new images can be labeled, ` +
    `a softmax head was fitted on its labels, each weighted by its confidence; it agrees with ${percent} % of them.`
  )
}

function predicted({ weights, bias }: SoftmaxWeights, embeddings: Float32Array, row: number): number {
  const classes = bias.length
  const dimensions = weights.length / classes
  let best = 0
  let highest = -Infinity
  for (let index = 0; index < classes; index++) {
    let score = bias[index]!
    for (let axis = 0; axis < dimensions; axis++) score += embeddings[row * dimensions + axis]! * weights[axis * classes + index]!
    if (score > highest) [best, highest] = [index, score]
  }
  return best
}

/** embedding [batch, dimensions] → probabilities [batch, classes]. */
export function headGraph({ weights, bias }: SoftmaxWeights, embedding: string, alone: boolean): Graph {
  const classes = bias.length
  const graph = new Graph('handful', 'head_')
  if (alone) graph.input(embedding, 'float32', ['batch', weights.length / classes])
  const logits = graph.node('Gemm', [
    embedding,
    graph.float(weights, [weights.length / classes, classes], 'head_weights'),
    graph.float(bias, [classes], 'head_bias'),
  ])
  graph.node('Softmax', [logits], { axis: 1 }, { output: 'probabilities' })
  graph.output('probabilities', 'float32', ['batch', classes])
  return graph
}

function readMe(run: Run, { classes, fittedOn, notes }: Head): string {
  return [
    '# Image classifier',
    '',
    `Made with Handful ${version}: encoder *${run.task}* (seed ${run.seed}, ${run.inputSize}×${run.inputSize} px), head fitted on ${fittedOn} images.`,
    '',
    '- `classifier.onnx`: image → `probabilities` of the classes, in the order of `classes.txt`.',
    '- `encoder.onnx`: image → embedding. `head.onnx`: `embedding` → `probabilities`.',
    '- `handful.json`: classes, input size and preprocessing, seed, fingerprint of the images it was fitted on.',
    ...notes.flatMap((note) => ['', note]),
    '',
    ...classes.map(({ name }, index) => `${index}. ${name.replace(/\s+/g, ' ')}`),
    '',
  ].join('\n')
}
