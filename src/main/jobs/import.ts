/** Import and rescan as a job: find files, have them decoded, record what they are. */
import { HandfulError } from '@shared/errors'
import { displayPath } from '@shared/paths'
import { v7 as uuidv7 } from 'uuid'
import { inputSizeFor, probeCount } from '../dataset/input-size'
import { pixelBytes } from '../dataset/pixel-cache'
import { checkRoot, scan } from '../dataset/scan'
import { failureOf } from '../store/failures'
import type { Replaced } from '../store/files'
import type { Store } from '../store/open'
import { clusterJob } from './cluster'
import { decodeThreads } from './cores'
import { DecodePool, type Outcome, poolBatch } from './decode-pool'
import type { JobContext, JobDefinition } from './job'
import { pretrainJob } from './pretrain'
import { progressMeter } from './rate'
import { checkRoom } from './room'

export interface ImportParams {
  /** Go on with the instant encoder, or with embedding what is new. */
  automatic: boolean
}

/** Files recorded in one transaction, at most: some 10 ms. */
const slice = 200
/** Bytes of a thumbnail and of its rows, roughly. */
const thumbnailBytes = 12_000

const breath = () => new Promise<void>((resolve) => setImmediate(resolve))

/** What a scan found. */
interface Found {
  /** Candidates, read before or not. */
  total: number
  /** Those to be decoded. */
  unread: number
  /** Clearly no images: tables, videos, hidden files. */
  ignored: number
  /** Some candidates, evenly taken. */
  sample: Buffer[]
}

interface Tally {
  fresh: number
  changed: number
  moved: number
  missing: number
  problems: number
  firstReason: string | null
  /** Images that were known before and have a place now that they had not. */
  arrived: Set<number>
}

export const importJob: JobDefinition<ImportParams> = {
  kind: 'import',
  title: () => 'Read images',
  async run(context, { automatic }) {
    const { store } = context
    const { root } = store.meta.facts()
    await checkRoot(root)
    const tally: Tally = { fresh: 0, changed: 0, moved: 0, missing: 0, problems: 0, firstReason: null, arrived: new Set() }
    try {
      const found = await findFiles(context, root, tally)
      await readFiles(context, root, found, tally)
      await settleScan(context, tally)
      context.changed('samples', 'labels', 'project')
      const samples = store.samples.highest()
      if (samples === 0) throw nothingReadable(root, found, tally)
      if (automatic) goOn(context)
      return summarize(tally, store.samples.counts())
    } catch (cause) {
      throw failureOf(cause, store.folder)
    }
  },
}

/** Sees every file once, and remembers in the database which are to be decoded. */
async function findFiles({ store, signal, report }: JobContext, root: Buffer, tally: Tally): Promise<Found> {
  const meter = progressMeter('Finding images', null)
  const found: Found = { total: 0, unread: 0, ignored: 0, sample: [] }
  const hidden: { path: Buffer; cause: NodeJS.ErrnoException }[] = []
  const watch = {
    onProblem: (path: Buffer, cause: NodeJS.ErrnoException) => void hidden.push({ path, cause }),
    onIgnored: () => {
      found.ignored++
    },
  }
  const take = evenly(found.sample, probeCount)
  store.files.startScan()
  for await (const files of scan(root, { followLinks: store.meta.facts().followLinks, signal, ...watch })) {
    found.total += files.length
    found.unread += store.files.see(files)
    for (const { path } of files) take(path)
    report(meter(found.total))
    await breath()
  }
  for (const { path, cause } of hidden) {
    const problem = problemOfFolder(cause)
    store.files.hide({ path, bytes: 0, mtimeMs: 0, ...problem })
    noteProblems(tally, [problem])
  }
  return found
}

/** Keeps some of what comes, evenly spread however much comes: whenever twice too many are kept, every second goes. */
function evenly<T>(kept: T[], count: number): (value: T) => void {
  let stride = 1
  let seen = 0
  return (value) => {
    if (seen++ % stride === 0) kept.push(value)
    if (kept.length < count * 2) return
    kept.splice(0, kept.length, ...kept.filter((_, index) => index % 2 === 0))
    stride *= 2
  }
}

function problemOfFolder({ code, message }: NodeJS.ErrnoException): { code: string; reason: string } {
  if (code === 'EACCES' || code === 'EPERM') {
    return { code: 'not-permitted', reason: 'You have no permission to look into this folder.' }
  }
  return { code: 'unreadable', reason: `It could not be looked into (${code ?? message}).` }
}

async function readFiles(context: JobContext, root: Buffer, { unread, sample }: Found, tally: Tally): Promise<void> {
  if (unread === 0) return
  const { store, signal } = context
  const pool = new DecodePool(signal, { threads: decodeThreads(context.threads) })
  try {
    const inputSize = await chooseInputSize(store, pool, sample)
    await checkRoom(store.folder, unread * (pixelBytes(inputSize) + thumbnailBytes))
    const { fit, followLinks } = store.meta.facts()
    pool.open({ projectFolder: store.folder, root, followLinks, inputSize, fit, pixelsOnly: false })
    const record = recorder(context, unread, tally)
    let files = store.files.unread(0, poolBatch)
    for (; files.length > 0; files = store.files.unread(files.at(-1)!.id, poolBatch)) await pool.decode(files, record)
  } finally {
    await pool.close()
  }
}

/** Chosen once: embeddings of one size mean nothing to an encoder of another. */
async function chooseInputSize({ meta }: Store, pool: DecodePool, sample: Buffer[]): Promise<number> {
  const chosen = meta.get('inputSize')
  if (typeof chosen === 'number') return chosen
  const size = inputSizeFor(await pool.probe(meta.facts(), sample.slice(0, probeCount)))
  meta.set('inputSize', size)
  return size
}

function recorder(context: JobContext, unread: number, tally: Tally): (outcomes: Outcome[]) => Promise<void> {
  const meter = progressMeter('Reading images', unread)
  let done = 0
  return async (outcomes) => {
    for (let from = 0; from < outcomes.length; from += slice) {
      await recordOutcomes(context, outcomes.slice(from, from + slice), tally)
      await breath()
    }
    if (outcomes.length === 0) return
    done += outcomes.length
    context.report(meter(done, { images: context.store.samples.highest(), quarantined: tally.problems }))
    context.changed('samples', 'project')
  }
}

async function recordOutcomes(context: JobContext, outcomes: Outcome[], tally: Tally): Promise<void> {
  const { files } = context.store
  const good = outcomes.flatMap(({ file, decoded }) => (decoded ? [{ file, decoded }] : []))
  const bad = outcomes.flatMap(({ file, problem }) => (problem?.expected ? [{ ...file, ...problem }] : []))
  files.addSamples(good)
  const replaced = files.replaced(good)
  // Before the file changes hands: killed in between, the next scan finds it as it was and carries again.
  await carryLabels(context, replaced)
  files.record(good)
  files.quarantine(bad)
  const changed = new Set(replaced.map(({ after }) => after))
  for (const { decoded } of good) {
    if (!decoded.fresh) tally.arrived.add(decoded.ordinal)
    else if (!changed.has(decoded.ordinal)) tally.fresh++
  }
  tally.changed += replaced.length
  noteProblems(tally, bad)
}

function noteProblems(tally: Tally, problems: { reason: string }[]): void {
  tally.problems += problems.length
  tally.firstReason ??= problems[0]?.reason ?? null
}

/** A label stays with its image; where the pixels changed it is to be confirmed. */
async function carryLabels({ store }: JobContext, replaced: Replaced[]): Promise<void> {
  if (replaced.length === 0) return
  const labels = store.annotations.of(replaced.map(({ before }) => before))
  const taken = store.annotations.of(replaced.map(({ after }) => after))
  const sets = replaced.flatMap(({ before, after, samePixels }) => {
    if (taken.has(after)) return []
    return (labels.get(before) ?? []).map(({ classId, source, confirmed }) => ({
      classId,
      source,
      confirmed: samePixels && confirmed,
      ordinals: [after],
    }))
  })
  if (sets.length)
    await store.annotations.append({
      what: 'carry',
      title: `Labels kept for ${new Set(sets.map(({ ordinals }) => ordinals[0])).size} changed images`,
      sets,
    })
}

async function settleScan({ store }: JobContext, tally: Tally): Promise<void> {
  const gone = new Set<number>()
  for (const step of store.files.finishScan()) {
    for (const id of step.gone) gone.add(id)
    for (const { id, ordinal } of step.forgotten) {
      gone.delete(id)
      if (tally.arrived.has(ordinal)) tally.moved++
    }
    await breath()
  }
  tally.missing = gone.size
}

function nothingReadable(root: Buffer, { total }: Found, { firstReason }: Tally): HandfulError {
  const path = displayPath(root)
  if (total === 0) return new HandfulError('FOLDER_EMPTY', { path })
  return new HandfulError('NO_READABLE_IMAGE', { path, files: total, firstReason: firstReason ?? 'It is not an image.' })
}

/** Nothing pretrained yet: the instant encoder; else what is new is embedded and clustered. */
function goOn({ store, enqueue }: JobContext): void {
  const run = store.runs.active()
  if (!run) enqueue(pretrainJob, { runId: uuidv7(), task: 'instant', parameters: {}, seed: 0 })
  else if (run.embedded < store.samples.counts().samples) enqueue(clusterJob, { seed: 0 })
}

function summarize({ fresh, changed, moved, missing, problems }: Tally, counts: { samples: number; missing: number }): string {
  const counted = (count: number, words: string) => (count > 0 ? [`${count.toLocaleString('en')} ${words}`] : [])
  return [
    `${(counts.samples - counts.missing).toLocaleString('en')} images`,
    ...counted(fresh < counts.samples ? fresh : 0, 'new'),
    ...counted(changed, 'changed'),
    ...counted(moved, 'moved'),
    ...counted(missing, 'missing'),
    ...counted(problems, 'could not be read'),
  ].join(', ')
}
