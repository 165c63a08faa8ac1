/** Makes a small project with real images and every export of it, and writes down what a consumer must find in each. */
import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { Graph } from '../../src/main/engine/graph'
import { exporterDescriptors } from '../../src/main/export/descriptors'
import { type Fixture, makeFixture, request } from '../../src/main/export/project.fixture'
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

const files: [Buffer, Buffer][] = []
const contents: { name: string; bytes: Buffer; labels: string[] }[] = []
for (let index = 0; index < perClass * classes.length + 4; index++) {
  const which = Math.floor(index / perClass)
  const bytes = await image(index, nameOf(index))
  files.push([Buffer.from(`folder ${index}/${nameOf(index)}`), bytes])
  // The second label of every other image is for the project with several labels an image.
  const labels = which < classes.length ? [classes[which]!, ...(index % 2 ? [classes[(which + 1) % classes.length]!] : [])] : []
  contents.push({ name: nameOf(index), bytes, labels })
}

/** A project of all images, with an encoder of its own. */
async function makeProject(labeling: 'single' | 'multi'): Promise<Fixture> {
  const fixture = makeFixture(labeling)
  fixture.addBytes(files)
  const { store } = fixture
  store.database
    .prepare('UPDATE sample SET width = 24 + ordinal % 7, height = 20, taken_at = 1700000000000 + ordinal * 60000')
    .run()
  store.database.prepare("UPDATE sample SET format = CASE WHEN ordinal % 5 IN (1, 3) THEN 'jpeg' ELSE 'png' END").run()
  for (const name of classes) {
    const given = contents.map(({ labels }) => (labeling === 'single' ? labels.slice(0, 1) : labels))
    const ordinals = given.flatMap((labels, ordinal) => (labels.includes(name) ? ordinal : []))
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
  return fixture
}

const variants: Record<string, Record<string, unknown>[]> = {
  tfrecord: [{ schema: 'slim' }, { schema: 'fiftyone' }],
  'cvat-imagenet': [{ images: true }, { images: false }],
  'camtrap-dp': [{ latitude: 48.1, longitude: 11.5 }],
}
/** Every format that takes such labels. */
async function exportAll({ store }: Fixture, into: string, formats: typeof exporterDescriptors): Promise<void> {
  mkdirSync(into, { recursive: true })
  for (const { id, extension, needsSplit } of formats) {
    for (const [index, options] of (variants[id] ?? [{}]).entries()) {
      const reader = openReader(store.folder)
      const asked = request({
        format: id,
        target: join(into, `${id}${index || ''}${extension}`),
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
}

const fixture = await makeProject('single')
await exportAll(fixture, target, exporterDescriptors)
const several = await makeProject('multi')
await exportAll(
  several,
  join(target, 'several'),
  exporterDescriptors.filter(({ multiLabel }) => multiLabel),
)
several.remove()
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')
const truth = {
  roots: [fixture.images, several.images],
  classes: [...classes].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))),
  images: Object.fromEntries(contents.map(({ bytes, labels }) => [sha256(bytes), labels[0] ?? null])),
  paths: Object.fromEntries(files.map(([path], index) => [path.toString(), contents[index]!.labels[0] ?? null])),
  several: Object.fromEntries(contents.map(({ bytes, labels }) => [sha256(bytes), labels.toSorted()])),
  severalByPath: Object.fromEntries(files.map(([path], index) => [path.toString(), contents[index]!.labels.toSorted()])),
}
mkdirSync(join(target, 'images'))
for (const [path, bytes] of files) {
  mkdirSync(join(target, 'images', path.toString(), '..'), { recursive: true })
  writeFileSync(join(target, 'images', path.toString()), bytes)
}
writeFileSync(join(target, 'truth.json'), JSON.stringify(truth))
fixture.remove()
