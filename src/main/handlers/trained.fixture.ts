/** For tests: a process that trains a network as a person asks for it, pauses once for a checkpoint, goes on, and waits to be killed. Arguments: base, images. */
import { writeSync } from 'node:fs'
import { openSession } from './session.fixture'

const [, , base, images] = process.argv as [string, string, string, string]
const { api } = openSession(base)
const { folder } = await api.projects.create({ root: images, automatic: false })
await api.jobs.wait({ id: (await api.jobs.list())[0]!.id })
const parameters = { encoder: 'nano', batch: 16, epochs: 30, domain: 'photos', stopEarly: false }
const { jobId, runId } = await api.pretrain.start({ task: 'vicreg', parameters, seed: 4 })

async function trainedTo(step: number): Promise<number> {
  for await (const { id, state, progress } of await api.jobs.watch()) {
    if (id === jobId && state === 'running' && progress?.stage === 'Training' && progress.done >= step) return progress.done
  }
  throw new Error('the project was closed')
}

await trainedTo(40)
await api.jobs.pause({ id: jobId })
const paused = (await api.jobs.list()).find(({ id }) => id === jobId)!.progress!.done
await api.jobs.resume({ id: jobId })
const reached = await trainedTo(paused + 10)
writeSync(1, `${JSON.stringify({ folder, jobId, runId, reached })}\n`)
await new Promise(() => setInterval(() => undefined, 1000))
