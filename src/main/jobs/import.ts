/** Import and rescan as a job: find files, have them decoded, record what they are. */
import { statfs } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { HandfulError } from '@shared/errors'
import { displayPath } from '@shared/paths'
import { importWorker } from '@shared/workers/import'
import { v7 as uuidv7 } from 'uuid'
import { inputSizeFor } from '../dataset/input-size'
import { pixelBytes } from '../dataset/pixel-cache'
import { checkRoot, type FoundFile, scan } from '../dataset/scan'
import { startWorker } from '../hosts/worker'
import { failureOf } from '../store/failures'
import type { Replaced } from '../store/files'
import { clusterJob } from './cluster'
import { type Decoded, DecodePool } from './decode-pool'
import { fromWorker } from './failure'
import type { JobContext, JobDefinition } from './job'
import { pretrainJob } from './pretrain'
import { progressMeter } from './rate'

export interface ImportParams {
  /** Go on with the instant encoder, or with embedding what is new. */
  automatic: boolean
}

/** Files per transaction. */
const batch = 128
/** Files whose headers tell the input size. */
const probed = 200
/** Bytes of a thumbnail and its row, roughly. */
const thumbnailBytes = 12_000

interface Tally {
  read: number
  fresh: number
  changed: number
  problems: number
  firstReason: string | null
  missing: number
}

export const importJob: JobDefinition<ImportParams> = {
  kind: 'import',
  title: () => 'Read images',
  async run(context, { automatic }) {
    const { store } = context
    const facts = store.meta.facts()
    await checkRoot(facts.root.toString())
    const { total, sample } = await survey(context, facts.root)
    const inputSize = await chooseInputSize(context, facts.root, sample)
    await checkRoom(store.folder, (total - store.samples.counts().files) * (pixelBytes(inputSize) + thumbnailBytes))
    const tally = await readAll(context, facts, inputSize, total).catch((cause: unknown) => {
      throw failureOf(fromWorker(cause), store.folder)
    })
    const { samples } = store.samples.counts()
    context.changed('samples', 'labels', 'project')
    if (samples === 0) {
      const path = displayPath(facts.root)
      if (total === 0) throw new HandfulError('FOLDER_EMPTY', { path })
      throw new HandfulError('NO_READABLE_IMAGE', { path, files: total, firstReason: tally.firstReason ?? 'it is not an image.' })
    }
    if (automatic) goOn(context)
    return summarize(tally, samples)
  },
}

/** Counts the candidates and takes some of them evenly, by reservoir in scan order. */
async function survey({ store, signal, report }: JobContext, root: Buffer): Promise<{ total: number; sample: Buffer[] }> {
  const meter = progressMeter('Finding images', null)
  const sample: Buffer[] = []
  let total = 0
  let stride = 1
  for await (const { path } of scan(root, { followLinks: store.meta.facts().followLinks, signal })) {
    if (total++ % stride === 0) sample.push(path)
    if (sample.length > probed * 2) {
      sample.splice(0, sample.length, ...sample.filter((_, index) => index % 2 === 0))
      stride *= 2
    }
    if (total % 500 === 0) report(meter(total))
  }
  return { total, sample: sample.slice(0, probed) }
}

async function chooseInputSize({ store }: JobContext, root: Buffer, sample: Buffer[]): Promise<number> {
  const chosen = store.meta.get('inputSize')
  if (typeof chosen === 'number') return chosen
  const worker = startWorker('import', importWorker)
  try {
    const paths = sample.map((path) => path.toString('base64'))
    const sides = await worker.guard(worker.client.probe({ root: root.toString('base64'), paths })).catch(() => [])
    const size = inputSizeFor(sides)
    if (sides.length > 0) store.meta.set('inputSize', size)
    return size
  } finally {
    await worker.kill()
  }
}

async function checkRoom(folder: string, needed: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder)
  const free = bavail * bsize
  if (free < needed) throw new HandfulError('DISK_FULL', { path: folder, needed, free })
}

async function readAll(
  context: JobContext,
  facts: { root: Buffer; fit: 'letterbox' | 'crop' | 'stretch' },
  inputSize: number,
  total: number,
) {
  const { store, signal, report } = context
  const tally: Tally = { read: 0, fresh: 0, changed: 0, problems: 0, firstReason: null, missing: 0 }
  const rewritePixels = store.meta.get('rewritePixels') === 1
  const pool = new DecodePool({
    projectFolder: store.folder,
    root: facts.root.toString('base64'),
    inputSize,
    fit: facts.fit,
    concurrency: availableParallelism() + 1,
    rewritePixels,
  })
  const meter = progressMeter('Reading images', total)
  let seen = 0
  const problems: { path: Buffer; cause: NodeJS.ErrnoException }[] = []
  const record = async (decoded: Decoded[]) => {
    await recordBatch(context, decoded, tally)
    seen += decoded.length
    report(meter(seen, { images: store.samples.highest(), quarantined: tally.problems }))
  }
  store.files.startScan()
  const onProblem = (path: Buffer, cause: NodeJS.ErrnoException) => problems.push({ path, cause })
  try {
    for await (const found of batches(scan(facts.root, { followLinks: store.meta.facts().followLinks, signal, onProblem }))) {
      const unread = store.files.needReading(found)
      const todo = rewritePixels ? found : unread
      seen += found.length - todo.length
      await pool.add(todo, record, signal)
      report(meter(seen))
    }
    await pool.drain(record, signal)
  } finally {
    await pool.close()
  }
  for (const { path, cause } of problems) noteFolder(context, path, cause, tally)
  // What lies below a folder that could not be looked into is not gone.
  if (problems.length === 0) for (const missing of store.files.markMissing()) tally.missing += missing
  store.meta.set('rewritePixels', 0)
  return tally
}

function noteFolder({ store }: JobContext, path: Buffer, cause: NodeJS.ErrnoException, tally: Tally): void {
  const code = cause.code === 'EACCES' || cause.code === 'EPERM' ? 'not-permitted' : 'unreadable'
  const reason =
    code === 'not-permitted'
      ? 'You have no permission to look into this folder.'
      : `It could not be read (${cause.code ?? cause.message}).`
  store.files.quarantine([{ path: path.length ? path : Buffer.from('.'), bytes: 0, mtimeMs: 0, code, reason }])
  tally.problems++
}

async function* batches(files: AsyncIterable<FoundFile>): AsyncGenerator<FoundFile[]> {
  let gathered: FoundFile[] = []
  for await (const file of files) {
    gathered.push(file)
    if (gathered.length < batch) continue
    yield gathered
    gathered = []
  }
  if (gathered.length) yield gathered
}

async function recordBatch(context: JobContext, outcomes: Decoded[], tally: Tally): Promise<void> {
  const { store } = context
  const good = outcomes.flatMap(({ file, decoded }) => (decoded ? [{ file, decoded }] : []))
  const bad = outcomes.flatMap(({ file, problem }) => (problem?.expected ? [{ ...file, ...problem }] : []))
  const replaced = store.files.record(good)
  store.files.quarantine(bad)
  await carryLabels(context, replaced)
  tally.read += good.length
  tally.fresh += good.filter(({ decoded }) => decoded.fresh).length
  tally.changed += replaced.length
  tally.problems += bad.length
  tally.firstReason ??= bad[0]?.reason ?? null
  context.changed('samples', 'project')
}

/** A label stays with its image; where the pixels changed it is to be confirmed. */
async function carryLabels({ store }: JobContext, replaced: Replaced[]): Promise<void> {
  const labels = store.annotations.of(replaced.map(({ before }) => before))
  const taken = store.annotations.of(replaced.map(({ after }) => after))
  const sets = replaced.flatMap(({ before, after, samePixels }) => {
    const label = labels.get(before)
    if (!label || taken.has(after)) return []
    return [{ classId: label.classId, source: label.source, confirmed: samePixels && label.confirmed, ordinals: [after] }]
  })
  if (sets.length) await store.annotations.append({ what: 'carry', title: `Labels kept for ${sets.length} changed images`, sets })
}

/** Nothing pretrained yet: the instant encoder; else what is new is embedded and clustered. */
function goOn({ store, enqueue }: JobContext): void {
  const run = store.runs.active()
  if (!run) enqueue(pretrainJob, { runId: uuidv7(), task: 'instant', parameters: {}, seed: 0 })
  else if (run.embedded < store.samples.counts().samples) enqueue(clusterJob, { seed: 0 })
}

function summarize({ fresh, changed, problems, missing }: Tally, samples: number): string {
  const parts = [`${samples.toLocaleString('en')} images`]
  if (fresh && fresh < samples) parts.push(`${fresh.toLocaleString('en')} new`)
  if (changed) parts.push(`${changed.toLocaleString('en')} changed`)
  if (missing) parts.push(`${missing.toLocaleString('en')} files missing`)
  if (problems) parts.push(`${problems.toLocaleString('en')} could not be read`)
  return parts.join(', ')
}
