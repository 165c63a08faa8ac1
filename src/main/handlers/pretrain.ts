/** Pretraining over the contract. */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { HandfulError } from '@shared/errors'
import { v7 as uuidv7 } from 'uuid'
import { readLooks } from '../jobs/looks-file'
import { forgetPixels } from '../jobs/pixels'
import { pretrainJob } from '../jobs/pretrain'
import { taskDescriptors } from '../ssl/descriptors'
import { handle } from './base'

export const pretrain = {
  tasks: handle.pretrain.tasks.handler(() => taskDescriptors),
  runs: handle.pretrain.runs.handler(({ context }) => context.session.project.store.runs.list()),
  start: handle.pretrain.start.handler(({ context, input }) => {
    const { jobs, store } = context.session.project
    if (input.plan !== undefined) {
      const { id: plan, task, parameters, seed } = store.runs.get(input.plan)
      const runId = uuidv7()
      return { runId, jobId: jobs.enqueue(pretrainJob, { runId, task, parameters, seed, plan }) }
    }
    if (!taskDescriptors.some(({ id }) => id === input.task))
      throw new HandfulError('UNKNOWN_ID', { what: 'pretext task', id: input.task })
    if (store.samples.counts().samples === 0) throw new HandfulError('NOT_READY', { needs: 'imported images' })
    const runId = uuidv7()
    return { runId, jobId: jobs.enqueue(pretrainJob, { runId, ...input }) }
  }),
  views: handle.pretrain.views.handler(({ context, input }) => {
    const { lookup, store } = context.session.project
    return lookup.views(store, input)
  }),
  looks: handle.pretrain.looks.handler(async ({ context }) => {
    const { store } = context.session.project
    const runs = store.runs.list().map(async ({ id: runId }) => ({ runId, record: await readLooks(store.folder, runId) }))
    return (await Promise.all(runs)).flatMap(({ runId, record }) => (record ? [{ runId, ...record }] : []))
  }),
  accuracies: handle.pretrain.accuracies.handler(({ context }) => {
    const { lookup, store } = context.session.project
    const ready = store.runs.list().filter(({ state }) => state === 'ready')
    return ready.length > 0 ? lookup.accuracies(store, ready.map(({ id }) => id)) : null // prettier-ignore
  }),
  activate: handle.pretrain.activate.handler(async ({ context, input }) => {
    const { project } = context.session
    if (project.store.runs.get(input.runId).state !== 'ready') throw new HandfulError('NOT_READY', { needs: 'a finished run' })
    project.store.runs.activate(input.runId)
    await project.changedNow('runs', 'clusters', 'predictions', 'project')
  }),
  remove: handle.pretrain.remove.handler(async ({ context, input }) => {
    const { project } = context.session
    const run = project.store.runs.get(input.runId)
    if (run.active)
      throw new HandfulError('BAD_PARAMETER', { name: 'run', reason: 'the run in use cannot be removed; use another one first' })
    project.store.runs.remove(run.id)
    await rm(join(project.store.folder, 'runs', run.id), { recursive: true, force: true })
    if (project.jobs.list().every(({ endedAt }) => endedAt !== null)) await forgetPixels(project.store)
    project.changed('runs', 'project')
  }),
}
