/** Export worker: writes tables, folders and classifiers, one export at a time. */
import { implement } from '@orpc/server'
import { HandfulError } from '@shared/errors'
import type { Progress } from '@shared/model'
import { exportWorker } from '@shared/workers/export'
import { type Exported, previewExport, runExport } from '../export/run'
import { streamed } from '../export/stream'
import { serve } from '../hosts/serve'
import { openReader } from '../store/reader'
import { clustersOf, fit } from './export/tools'

const worker = implement(exportWorker)
let abort = new AbortController()
let running: Promise<unknown> = Promise.resolve()

serve(
  worker.router({
    preview: worker.preview.handler(({ input }) => {
      const reader = openReader(input.projectFolder)
      return previewExport(reader, input.request).finally(() => reader.close())
    }),
    run: worker.run.handler(async function* ({ input }) {
      const reader = openReader(input.projectFolder)
      const { signal } = (abort = new AbortController())
      const { summary, split } = yield* streamed<Progress, Exported>((report) => {
        const tools = { clusters: clustersOf(reader), fitSoftmax: fit, signal, report }
        const work = runExport(reader, input.request, tools).finally(() => reader.close())
        running = work.catch(() => undefined)
        return work
      })
      return { summary, split: split && { name: split.name, parts: Buffer.from(split.parts).toString('base64') } }
    }),
    cancel: worker.cancel.handler(async () => {
      abort.abort(new HandfulError('CANCELLED', { what: 'The export' }))
      await running
    }),
  }),
)
