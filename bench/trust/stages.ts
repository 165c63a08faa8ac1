/** What is under way when a process is killed: each stage is one entry, acted out by the subject process. */
import type { Client } from '../../src/main/command-line/command'
import type { Random } from '../../src/main/engine/random'

/** How far a project has come before the stage. */
export type Template = 'created' | 'imported' | 'pretrained' | 'unembedded' | 'labeled'

export interface Act {
  api: Client
  draw: Random
  /** Where exports go. */
  target: string
  /** Kills fall between these two. */
  inside(begin: boolean): void
  /** Told once an act is done and answered for: its log entry, or its job. */
  acknowledge(what: Acknowledged): void
}

export type Acknowledged =
  | { label: { ordinals: number[]; classId: string }; entry: string }
  | { undo: true; entry: string }
  | { entry: string }
  | { job: string }

export interface Stage {
  from: Template
  run(act: Act): Promise<void>
}

/** Small, so that a kill finds every part of it within seconds. */
export const smallEncoder = { filters: 32, views: 4, dimensions: 8 }

export const stages: Record<string, Stage> = {
  import: { from: 'created', run: (act) => wholeJob(act, () => act.api.projects.rescan({ automatic: false })) },
  pretrain: {
    from: 'imported',
    run: (act) => partOfJob(act, startPretraining(act), { until: /^Embedding/ }),
  },
  embed: { from: 'unembedded', run: (act) => partOfJob(act, startClustering(act), { until: /^Finding/ }) },
  cluster: { from: 'pretrained', run: (act) => partOfJob(act, startClustering(act), { from: /^Finding/ }) },
  label: { from: 'pretrained', run: labelAndUndo },
  spread: { from: 'labeled', run: refitAndAccept },
  audit: { from: 'labeled', run: auditAndAccept },
  export: {
    from: 'labeled',
    async run(act) {
      const format = ['csv', 'jsonl', 'folders'][act.draw.below(3)]!
      await wholeJob(act, () => act.api.exports.start({ format, target: `${act.target}-${format}`, replace: true }))
    },
  },
}

const startPretraining =
  ({ api }: Act) =>
  () =>
    api.pretrain.start({ task: 'instant', parameters: smallEncoder })
const startClustering =
  ({ api }: Act) =>
  () =>
    api.clusters.start({ seed: 1 })

async function wholeJob(act: Act, start: () => Promise<{ jobId: string }>): Promise<void> {
  act.inside(true)
  await finish(act, (await start()).jobId)
  act.inside(false)
}

/** Kills fall only while the job's progress is at these steps. */
async function partOfJob(
  act: Act,
  start: () => Promise<{ jobId: string }>,
  step: { from?: RegExp; until?: RegExp },
): Promise<void> {
  let inside = step.from === undefined
  act.inside(inside)
  const { jobId } = await start()
  const watching = new AbortController()
  void watch(act, jobId, watching.signal, (stage) => {
    if (!inside && step.from?.test(stage)) act.inside((inside = true))
    if (inside && step.until?.test(stage)) act.inside((inside = false))
  }).catch(() => undefined)
  await finish(act, jobId)
  watching.abort()
  act.inside(false)
}

async function watch({ api }: Act, jobId: string, signal: AbortSignal, see: (stage: string) => void): Promise<void> {
  for await (const job of await api.jobs.watch(undefined, { signal }))
    if (job.id === jobId && job.progress) see(job.progress.stage)
}

/** As a person would: a job whose worker died is resumed. */
async function finish({ api, acknowledge }: Act, jobId: string): Promise<void> {
  for (let tries = 0; ; tries++) {
    const job = await api.jobs.wait({ id: jobId })
    if (job.state === 'done') break
    if (tries === 3) throw new Error(`${job.title}: ${job.error?.message ?? job.state}`)
    await api.jobs.resume({ id: jobId })
  }
  acknowledge({ job: jobId })
}

async function labelAndUndo(act: Act): Promise<void> {
  const { api, draw, acknowledge } = act
  const classes = await api.classes.list()
  const { total } = await api.samples.page({ query: {}, offset: 0, limit: 1 })
  act.inside(true)
  for (let index = 0; index < 60; index++) {
    const kind = draw.below(5)
    const entry = kind === 3 ? await api.annotations.undo() : kind === 4 ? await api.annotations.redo() : null
    if (entry) acknowledge(kind === 3 ? { undo: true, entry: entry.id } : { entry: entry.id })
    if (kind > 2) continue
    const classId = classes[draw.below(classes.length)]!.id
    const ordinals = [...new Set(Array.from({ length: kind === 2 ? 400 : 1 + draw.below(5) }, () => draw.below(total)))]
    acknowledge({ label: { ordinals, classId }, entry: (await api.annotations.label({ selection: { ordinals }, classId })).id })
  }
  act.inside(false)
}

async function refitAndAccept(act: Act): Promise<void> {
  act.inside(true)
  for (let index = 0; index < 4; index++) {
    await patiently(() => act.api.review.refit())
    const entry = await patiently(() => act.api.review.accept({ minConfidence: 0.5 + act.draw.next() / 2 })).catch(
      nothingToAccept,
    )
    if (entry) act.acknowledge({ entry: entry.id })
    await patiently(() => act.api.annotations.undo())
  }
  act.inside(false)
}

/** Checks answered by the truth, which the names of the folders tell; then what holds is accepted. */
async function auditAndAccept({ api, draw, inside, acknowledge }: Act): Promise<void> {
  const classes = await api.classes.list()
  const answer = async (ordinal: number) => {
    const [row] = await patiently(() => api.samples.rows({ ordinals: [ordinal] }))
    const classId = classes[Number(/class (\d)/.exec(row!.path)![1])]!.id
    const { state } = await patiently(() => api.audit.answer({ ordinal, classIds: [classId], final: true }))
    const [entry] = (await api.annotations.log({ offset: 0, limit: 1 })).rows
    acknowledge({ label: { ordinals: [ordinal], classId }, entry: entry!.id })
    return state
  }
  inside(true)
  let state = await patiently(() => api.audit.start({ target: 0.5 + draw.next() / 4, seed: draw.below(1000) }))
  for (let checks = 0; state.next !== null && checks < 40; checks++) state = await answer(state.next)
  if (state.verdict.level === null) await api.audit.discard()
  else {
    const entry = await patiently(() => api.audit.accept())
    if (entry) acknowledge({ entry: entry.id })
  }
  inside(false)
}

const nothingToAccept = (cause: Error & { code?: string }) => {
  if (cause.code !== 'NOTHING_TO_DO') throw cause
  return null
}

/** A person asks again when the worker that should answer has died. */
async function patiently<T>(ask: () => Promise<T>): Promise<T> {
  return ask().catch((cause: { code?: string }) => {
    if (cause.code !== 'WORKER_CRASHED') throw cause
    return ask()
  })
}
