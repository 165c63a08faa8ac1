/** An encoder trained elsewhere, through the app: images are read again at its size, embedded, grouped, searched, and exported with it. */
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { expect, onTestFinished, test } from 'vitest'
import { Graph } from '../engine/graph'
import { openReader } from '../store/reader'
import { openSession } from './session.fixture'

const clothes = join(import.meta.dirname, '../../../e2e/fixtures/clothes')
const some = readdirSync(clothes).flatMap((name) =>
  readdirSync(join(clothes, name))
    .slice(0, 8)
    .map((file) => join(clothes, name, file)),
)

/** Mean of red, green and blue, of images of 160 px. */
function meanColour(path: string): void {
  const graph = new Graph('mean')
  graph.node('Identity', [graph.input('pixel_values', 'float32', ['n', 3, 160, 160])], {}, { output: 'map' })
  graph.output('map', 'float32', ['n', 3, 160, 160])
  writeFileSync(path, graph.model())
}

test('images are embedded at its size, from their files, and by their usual pixels where a file is gone', async () => {
  const base = mkdtempSync(join(tmpdir(), 'handful-brought-'))
  const root = join(base, 'images')
  mkdirSync(root)
  some.forEach((path, at) => copyFileSync(path, join(root, `${at}.png`)))
  meanColour(join(base, 'mean.onnx'))
  const { session, api } = openSession(base)
  onTestFinished(async () => {
    await session.close()
    rmSync(base, { recursive: true })
  })
  const folder = join(base, 'project.handful')
  await api.projects.create({ root, folder, automatic: false })
  await api.jobs.wait({ id: (await api.jobs.list())[0]!.id })
  rmSync(join(root, '3.png'))

  const parameters = { file: join(base, 'mean.onnx'), normalisation: 'none' }
  const { jobId, runId } = await api.pretrain.start({ task: 'brought', parameters })
  expect(await api.jobs.wait({ id: jobId })).toMatchObject({ state: 'done', error: null })
  const run = (await api.pretrain.runs()).find(({ id }) => id === runId)!
  expect(run).toMatchObject({ inputSize: 160, dimensions: 3, embedded: some.length, active: true, scores: {} })
  const pixels = () => readdirSync(join(folder, 'pixels')).filter((name) => name.startsWith('160'))
  expect(pixels()).toEqual([])

  const embeddings = () => {
    const reader = openReader(folder)
    const { ordinals, data } = reader.embeddings(runId)
    const pathOf = new Map(Array.from(reader.paths(), ({ ordinal, display }) => [ordinal, display]))
    reader.close()
    return new Map(Array.from(ordinals, (ordinal, row) => [pathOf.get(ordinal)!, [...data.subarray(row * 3, row * 3 + 3)]]))
  }
  const found = embeddings()
  for (const [at, path] of some.entries()) {
    const { channels } = await sharp(path).flatten().toColourspace('srgb').stats()
    const row = found.get(`${at}.png`)!
    // The usual pixels of 28 px images are padded to 32.
    const near = at === 3 ? 25 : 3
    row.forEach((value, channel) => expect(Math.abs(value - (channels[channel] ?? channels[0]!).mean)).toBeLessThan(near))
  }

  // Later images are embedded at that size too, and what was embedded before is left alone.
  await sharp({ create: { width: 200, height: 100, channels: 3, background: '#ff8000' } })
    .png()
    .toFile(join(root, 'later.png'))
  await api.projects.rescan({ automatic: true })
  for (let open = await api.jobs.list(); open.some(({ endedAt }) => endedAt === null); open = await api.jobs.list())
    await api.jobs.wait({ id: open.find(({ endedAt }) => endedAt === null)!.id })
  const later = embeddings()
  expect(later.get('later.png')!.map(Math.round)).toEqual([255, 128, 0])
  for (const [path, row] of found) expect(later.get(path)).toEqual(row)
  expect(pixels()).toEqual([])

  for (const [name, ordinal] of [
    ['orange', 0],
    ['grey', 1],
  ] as const)
    // prettier-ignore
    await api.annotations.label({ selection: { ordinals: [ordinal] }, classId: (await api.classes.create({ name })).id })
  const target = join(base, 'classifier')
  const exported = await api.exports.start({ format: 'onnx', target })
  expect(await api.jobs.wait({ id: exported.jobId })).toMatchObject({ state: 'done', error: null })
  const { encoder } = JSON.parse(readFileSync(join(target, 'handful.json'), 'utf8')) as { encoder: { input: object } }
  expect(encoder.input).toMatchObject({ name: 'handful_images', shape: ['batch', 160, 160, 3] })
  expect(existsSync(join(target, 'classifier.onnx'))).toBe(true)
})
