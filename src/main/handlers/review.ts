/** Pseudo-labels over the contract. */
import { HandfulError } from '@shared/errors'
import type { ReviewSummary } from '@shared/contract/review'
import { v7 as uuidv7 } from 'uuid'
import type { HeadRecordState } from '../jobs/analysis'
import { finetuneJob } from '../jobs/finetune'
import type { Project } from '../jobs/project'
import { handle } from './base'

async function summarize({ store, analysis }: Project): Promise<ReviewSummary> {
  const run = store.runs.active()
  const head = run && store.heads.latest(run.id)
  if (!head) return { head: null, waitingFor: run ? (analysis.state.waitingFor ?? noLabels) : noRun, classes: [] }
  const { title, crossValidated, labels, milliseconds } = head.state as unknown as HeadRecordState
  return {
    head: { title, crossValidated, labels, milliseconds, stale: analysis.state.stale },
    waitingFor: null,
    classes: await analysis.ask((client) => client.histogram()),
  }
}

const noRun = 'This needs a pretrained encoder first.'
const noLabels = 'This needs labels of at least two classes first.'

export const review = {
  fineTune: handle.review.fineTune.handler(({ context, input: { seed } }) => {
    const { store, jobs } = context.session.project
    const run = store.runs.active()
    if (!run) throw new HandfulError('NOT_READY', { needs: 'a pretrained encoder' })
    const runId = uuidv7()
    return { runId, jobId: jobs.enqueue(finetuneJob, { runId, from: run.id, seed }) }
  }),
  summary: handle.review.summary.handler(({ context }) => summarize(context.session.project)),
  refit: handle.review.refit.handler(async ({ context }) => {
    await context.session.project.analysis.refit()
    return summarize(context.session.project)
  }),
  countAbove: handle.review.countAbove.handler(({ context, input }) =>
    context.session.project.analysis.ask((client) => client.countAbove(input)),
  ),
  accept: handle.review.accept.handler(async ({ context, input }) => {
    const { project } = context.session
    const found = await project.analysis.ask((client) => client.selectAbove(input))
    const ordinals = new Uint32Array(await found.ordinals.arrayBuffer())
    if (ordinals.length === 0) throw new HandfulError('NOTHING_TO_DO', { what: 'no pseudo-label is that sure' })
    const indices = new Uint16Array(await found.predictions.arrayBuffer())
    const confidences = new Float32Array(await found.confidences.arrayBuffer())
    const sets = found.classes.flatMap((uuid, index) => {
      const mine = Array.from(indices.keys()).filter((at) => indices[at] === index)
      if (mine.length === 0) return []
      return {
        classId: project.store.classes.idOf(uuid),
        source: 'propagated' as const,
        ordinals: mine.map((at) => ordinals[at]!),
        confidences: mine.map((at) => confidences[at]!),
      }
    })
    const percent = Math.round(input.minConfidence * 100)
    const entry = await project.store.annotations.append({
      what: 'accept',
      title: `${ordinals.length.toLocaleString('en')} pseudo-labels of at least ${percent} % accepted`,
      sets,
    })
    await project.changedNow('labels', 'classes', 'project')
    project.analysis.refitSoon()
    return entry
  }),
}
