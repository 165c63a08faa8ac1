/** Fine-tunes a run's encoder on the labels in force and writes the better one beside a description. */
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fewestChecks } from '@shared/contract/progress'
import { HandfulError } from '@shared/errors'
import type { Progress } from '@shared/model'
import type { FineTuneResult } from '@shared/workers/finetune'
import { MatrixProducts } from '../../engine/linear-algebra'
import { readCheckpoint, writeCheckpoint } from '../../engine/training/checkpoint'
import { writeWhole } from '../../engine/whole-file'
import { fineTune } from '../../labeling/finetune/fine-tune'
import type { TunedEncoder } from '../../labeling/finetune/tail'
import type { TrainingLabels } from '../../labeling/heads/head'
import { openReader, type Reader } from '../../store/reader'
import { canonicalRows } from '../analysis/canonical-rows'
import { openImages } from '../pretrain/images'

interface FineTuneRequest {
  projectFolder: string
  from: string
  runId: string
  seed: number
  threads: number
}

export async function* fineTuneRun(request: FineTuneRequest): AsyncGenerator<Progress, FineTuneResult> {
  const { projectFolder, from, runId, seed, threads } = request
  const reader = openReader(projectFolder)
  if (reader.meta.facts().labeling === 'multi') {
    reader.close()
    throw new HandfulError('NOT_READY', { needs: 'a project with one class for each image' })
  }
  const { embeddings, ordinals } = canonicalRows(reader, from)
  const { labels, fair } = labelsOf(reader, ordinals)
  const { images, close } = openImages(reader, ordinals, reader.runs.get(from).inputSize)
  const products = await MatrixProducts.create(threads)
  try {
    const source = join(projectFolder, 'runs', from)
    const { encoder, better, ...found } = yield* fineTune({
      encoder: readFileSync(join(source, 'encoder.onnx')),
      network: readCheckpoint(join(source, 'checkpoint'))?.variables ?? null,
      name: `tuned-${runId.slice(-8)}`,
      images,
      embeddings,
      labels,
      fair,
      seed,
      threads,
      products,
    })
    if (better) write(join(projectFolder, 'runs', runId), encoder, { task: 'fine-tune', from, seed, ...found })
    return { kept: better, dimensions: embeddings.columns, ...found }
  } finally {
    close()
    reader.close()
    await products.dispose()
  }
}

/** Labels that a person gave one by one; those drawn uniformly are the fair ones. */
function labelsOf(reader: Reader, ordinals: Uint32Array): { labels: TrainingLabels; fair: number[] } {
  const rowOf = new Map(Array.from(ordinals, (ordinal, row) => [ordinal, row]))
  const given = reader.labels
    .since()
    .filter(({ cleared, classId, source }) => !cleared && classId !== null && source !== 'grouped' && source !== 'propagated')
    .filter(({ ordinal }) => rowOf.has(ordinal))
    .sort((a, b) => rowOf.get(a.ordinal)! - rowOf.get(b.ordinal)!)
  const classes = [...new Set(given.map(({ classId }) => classId!))].sort()
  const fair = [...given.keys()].filter((position) => given[position]!.drawn)
  const learned = new Set(given.filter(({ drawn }) => !drawn).map(({ classId }) => classId))
  if (learned.size < 2) throw new HandfulError('NOT_READY', { needs: 'labels of at least two classes' })
  if (fair.length < fewestChecks) {
    throw new HandfulError('NOT_READY', { needs: `${fewestChecks} answers to questions drawn at random, to judge the result by` })
  }
  return {
    fair,
    labels: {
      rows: Uint32Array.from(given, ({ ordinal }) => rowOf.get(ordinal)!),
      classes: Uint16Array.from(given, ({ classId }) => classes.indexOf(classId!)),
      weights: new Float32Array(given.length).fill(1),
      classCount: classes.length,
    },
  }
}

/** Each file whole or not at all. */
function write(folder: string, { model, variables }: TunedEncoder, description: Record<string, unknown>): void {
  mkdirSync(folder, { recursive: true })
  if (variables) writeCheckpoint(join(folder, 'checkpoint'), { step: 0, variables })
  writeWhole(join(folder, 'encoder.onnx'), model)
  writeWhole(join(folder, 'encoder.json'), JSON.stringify(description, null, 2))
}
