/** Makes a small project with real images and every export of it, and writes down what a consumer must find in each. */
import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { Graph } from '../../src/main/engine/graph'
import { exporterDescriptors } from '../../src/main/export/descriptors'
import { makeFixture, request } from '../../src/main/export/project.fixture'
import { runExport } from '../../src/main/export/run'
import { putEmbeddings } from '../../src/main/store/embeddings'
import { openReader } from '../../src/main/store/reader'

const target = process.argv[2]!
const classes = ['fox', 'Übermut & Söhne', '魚/鯉']
const perClass = 10
const noSplit = null
const split = { validation: 0.2, test: 0.2, seed: 3, groupBy: 'none' as const }

/** Unicode names, stems that several folders share, a reserved name, dots in the stem. */
const nameOf = (index: number) => ['same.png', 'ünï 魚.jpg', 'CON.png', 'a.b.c.jpg', `plain-${index}.png`][index % 5]!

async function image(index: number, name: string): Promise<Buffer> {
  const background = { r: (index * 37) % 256, g: (index * 91) % 256, b: (index * 53) % 256 }
  const drawn = sharp({ create: { width: 24 + (index % 7), height: 20, channels: 3, background } })
  return name.endsWith('.jpg') ? drawn.jpeg().toBuffer() : drawn.png().toBuffer()
}

/** image [batch, 3] → embedding [batch, 2] */
function encoder(): Uint8Array {
  const graph = new Graph('encoder')
  const input = graph.input('image', 'float32', ['batch', 3])
  graph.node('MatMul', [input, graph.float([1, 0, 0, 1, 1, -1], [3, 2])], {}, { output: 'embedding' })
  graph.output('embedding', 'float32', ['batch', 2])
  return graph.model({ description: 'an encoder', metadata: {} })
}

const fixture = makeFixture()
const files: [Buffer, Buffer][] = []
const contents: { name: string; bytes: Buffer; label: string | null }[] = []
for (let index = 0; index < perClass * classes.length + 4; index++) {
  const label = classes[Math.floor(index / perClass)] ?? null
  const bytes = await image(index, nameOf(index))
  files.push([Buffer.from(`folder ${index}/${nameOf(index)}`), bytes])
  contents.push({ name: nameOf(index), bytes, label })
}
fixture.addBytes(files)
const { store } = fixture
store.database
  .prepare('UPDATE sample SET width = 24 + ordinal % 7, height = 20, taken_at = 1700000000000 + ordinal * 60000')
  .run()
store.database.prepare("UPDATE sample SET format = CASE WHEN ordinal % 5 IN (1, 3) THEN 'jpeg' ELSE 'png' END").run()
for (const name of classes) {
  const ordinals = contents.flatMap((one, ordinal) => (one.label === name ? ordinal : []))
  await store.annotations.append({
    what: 'label',
    title: 't',
    sets: [{ classId: store.classes.idOf(fixture.classId(name)), source: name === 'fox' ? 'grouped' : 'human', ordinals }],
  })
}
store.runs.create({ id: 'run', task: 'instant', parameters: {}, seed: 3, inputSize: 8 })
store.runs.fitted('run', { inputSize: 8, dimensions: 2, seconds: 1, scores: {}, notes: [] })
store.runs.activate('run')
putEmbeddings(
  store.database,
  'run',
  0,
  contents.map((_, ordinal) => ordinal),
  Float32Array.from(contents.flatMap((_, index) => [index % 3, index % 5])),
)
mkdirSync(join(store.folder, 'runs/run'), { recursive: true })
writeFileSync(join(store.folder, 'runs/run/encoder.onnx'), encoder())
writeFileSync(join(store.folder, 'runs/run/encoder.json'), JSON.stringify({ inputSize: 8 }))

const variants: Record<string, Record<string, unknown>[]> = {
  tfrecord: [{ schema: 'slim' }, { schema: 'fiftyone' }],
  'cvat-imagenet': [{ images: true }, { images: false }],
  'camtrap-dp': [{ latitude: 48.1, longitude: 11.5 }],
}
mkdirSync(target, { recursive: true })
for (const { id, extension, needsSplit } of exporterDescriptors) {
  for (const [index, options] of (variants[id] ?? [{}]).entries()) {
    const reader = openReader(store.folder)
    const asked = request({
      format: id,
      target: join(target, `${id}${index || ''}${extension}`),
      unlabeled: true,
      options,
      split: id === 'croissant' && !needsSplit ? noSplit : split,
    })
    const fitSoftmax = () => ({ weights: Float32Array.of(1, 0, 0, 0, 1, 0, -1, -1, 0) })
    const { summary } = await runExport(reader, asked, {
      clusters: null,
      fitSoftmax,
      signal: new AbortController().signal,
      report: () => undefined,
    })
    reader.close()
    console.error(`${id}: ${summary}`)
  }
}
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')
const truth = {
  root: fixture.images,
  classes: [...classes].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))),
  images: Object.fromEntries(contents.map(({ bytes, label }) => [sha256(bytes), label])),
  paths: Object.fromEntries(files.map(([path], index) => [path.toString(), contents[index]!.label])),
}
mkdirSync(join(target, 'images'))
for (const [path, bytes] of files) {
  mkdirSync(join(target, 'images', path.toString(), '..'), { recursive: true })
  writeFileSync(join(target, 'images', path.toString()), bytes)
}
writeFileSync(join(target, 'truth.json'), JSON.stringify(truth))
fixture.remove()
