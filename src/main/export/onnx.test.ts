/** Checks exported classifiers in ONNX Runtime: the merged file computes encoder and head one after the other. */
import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Graph } from '../engine/graph'
import { withSession } from '../engine/session'
import { float32 } from '../engine/tensor'
import { putEmbeddings } from '../store/embeddings'
import { openReader } from '../store/reader'
import { headGraph } from './onnx'
import { fieldsOf } from '../engine/protobuf-fields'
import { continueModel, portsOf } from '../engine/onnx-model'
import { type Fixture, makeFixture, request } from './project.fixture'
import { runExport } from './run'

let fixture: Fixture
beforeEach(() => {
  fixture = makeFixture()
})
afterEach(() => fixture.remove())

/** image [batch, 3] → embedding [batch, 2] */
function encoder(): Uint8Array {
  const graph = new Graph('encoder')
  const image = graph.input('image', 'float32', ['batch', 3])
  graph.node('MatMul', [image, graph.float([1, 0, 0, 1, 1, -1], [3, 2])], {}, { output: 'embedding' })
  graph.output('embedding', 'float32', ['batch', 2])
  return graph.model({ description: 'an encoder', metadata: { seed: '1' } })
}

const layers = { mean: Float32Array.of(1, -1), weights: Float32Array.of(2, 0.5, 0.1, -1, 1, 0, 0, -3, -0.2), classes: 3 }

test('a continued model has the outputs of both and keeps what it said of itself', async () => {
  const model = continueModel(encoder(), headGraph(layers, 'embedding', false))
  const { inputs, outputs } = portsOf(model)
  expect(inputs).toEqual([{ name: 'image', type: 1, shape: [null, 3] }])
  expect(outputs.map(({ name }) => name)).toEqual(['embedding', 'probabilities'])
  expect([...fieldsOf(model)].filter(({ number }) => number === 7)).toHaveLength(1)
  const image = float32([2, 3], [1, 2, 3, -1, 0, 0.5])
  const together = await withSession(model, {}, (session) => session.run({ image }))
  const apart = await withSession(headGraph(layers, 'embedding', true).model(), {}, (session) =>
    session.run({ embedding: together['embedding']! }),
  )
  expect(Array.from(together['embedding']!.data as Float32Array)).toEqual([4, -1, -0.5, -0.5])
  expect(together['probabilities']).toEqual(apart['probabilities'])
  const probabilities = together['probabilities']!.data as Float32Array
  const [x, y] = [-1.5 / Math.hypot(1.5, 0.5), 0.5 / Math.hypot(1.5, 0.5)]
  const logits = [2 * x + 0.5 * y + 0.1, -x + y, -3 * y - 0.2]
  const sum = logits.reduce((total, logit) => total + Math.exp(logit), 0)
  logits.forEach((logit, index) => expect(probabilities[3 + index]).toBeCloseTo(Math.exp(logit) / sum, 5))
})

test('a damaged file is told, not followed', () => {
  expect(() => [...fieldsOf(encoder().subarray(0, -3))]).toThrow(/ends in the middle/)
})

test('an exported classifier has classes in alphabetical order and says that it was distilled', async () => {
  const { store } = fixture
  fixture.add({ 'a.png': 'A', 'b.png': 'B', 'c.png': 'C' })
  await fixture.label('zebra', ['A'])
  await fixture.label('ant', ['B'])
  store.runs.create({ id: 'run', task: 'instant', parameters: {}, seed: 3, inputSize: 8 })
  store.runs.fitted('run', { inputSize: 8, dimensions: 2, seconds: 1, scores: {}, notes: [] })
  store.runs.activate('run')
  putEmbeddings(store.database, 'run', 0, [0, 1, 2], Float32Array.of(1, 0, 0, 1, 0, 2))
  mkdirSync(join(store.folder, 'runs/run'), { recursive: true })
  writeFileSync(join(store.folder, 'runs/run/encoder.onnx'), encoder())
  writeFileSync(join(store.folder, 'runs/run/encoder.json'), JSON.stringify({ inputSize: 8 }))
  const classes = [fixture.classId('zebra'), fixture.classId('ant')]
  const pseudo = { classes: Uint16Array.of(0xffff, 0xffff, 1), confidences: Float32Array.of(0, 0, 0.5) }
  store.heads.put({ run: 'run', method: 'spread', classes, state: { title: 'label spreading' }, seq: 2 }, pseudo)

  const plan = {
    target: 0.95,
    seed: 0,
    sizes: [1],
    errors: [0.03],
    levels: [1],
    thresholds: [[0.5, 0.5]],
    expected: [0.9],
    looks: [1],
  }
  const guesses = {
    ordinals: Uint32Array.of(2),
    rings: Uint8Array.of(0),
    classes: Uint16Array.of(1),
    confidences: Float32Array.of(0.5),
  }
  store.audits.create({ run: 'run', seq: 2, classes, plan }, guesses, [{ ordinal: 2, ring: 0, class: 1 }])
  const outcome = { checks: 40, accepted: 1234, estimate: 0.975, lower: 0.951, upper: 0.991, acceptedAt: 1 }
  store.audits.end(store.audits.latest()!.id, outcome)

  const reader = openReader(store.folder)
  const target = join(fixture.base, 'classifier')
  const lessons: { embeddings: Float32Array }[] = []
  const { summary } = await runExport(reader, request({ format: 'onnx', target }), {
    clusters: null,
    fitSoftmax: (lesson) => {
      lessons.push(lesson)
      return { weights: Float32Array.of(-50, 50, 0, 50, -50, 0) }
    },
    signal: new AbortController().signal,
    report: () => undefined,
  })
  reader.close()
  expect(summary).toBe('classifier of 2 classes, fitted on 3 images')
  expect(lessons).toMatchObject([
    { dimensions: 2, targets: Uint16Array.of(1, 0, 0), weights: Float32Array.of(1, 1, 0.5), classes: 2 },
  ])
  const centred = [2 / 3, -1, -1 / 3, 0, -1 / 3, 1]
  const unit = centred.map((value, at) => value / Math.hypot(centred[at - (at % 2)]!, centred[at - (at % 2) + 1]!))
  lessons[0]!.embeddings.forEach((value, at) => expect(value).toBeCloseTo(unit[at]!, 5))
  expect(readFileSync(join(target, 'classes.txt'), 'utf8')).toBe('ant\nzebra\n')
  const description = JSON.parse(readFileSync(join(target, 'handful.json'), 'utf8'))
  expect(description).toMatchObject({ classes: [{ name: 'ant' }, { name: 'zebra' }], encoder: { inputSize: 8 } })
  expect(description.notes[0]).toMatch(/label spreading.*agrees with 100.0 %/)
  expect(readFileSync(join(target, 'README.md'), 'utf8')).toMatch(
    /- Audit of \d{4}-\d\d-\d\d: 1,234 pseudo-labels accepted after 40 blind checks; 97.5 % of them right, 95 % interval 95.1 % to 99.1 %\./,
  )
  const sums = readFileSync(join(target, 'SHA256SUMS'), 'utf8').trimEnd().split('\n')
  expect(sums.map((line) => line.slice(66)).sort()).toEqual(
    readdirSync(target)
      .filter((name) => !/^(\.handful-export|SHA256SUMS)$/.test(name))
      .sort(),
  )
  for (const line of sums)
    expect(
      createHash('sha256')
        .update(readFileSync(join(target, line.slice(66))))
        .digest('hex'),
    ).toBe(line.slice(0, 64))
  await withSession(join(target, 'classifier.onnx'), {}, async (session) => {
    const { probabilities } = await session.run({ image: float32([1, 3], [0, 2, 0]) })
    expect((probabilities!.data as Float32Array)[0]).toBeGreaterThan(0.99)
  })
})
