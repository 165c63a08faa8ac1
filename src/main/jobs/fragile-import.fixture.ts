/** An import worker whose decoder crashes, hangs or never answers, by the name of the file. */
import { implement } from '@orpc/server'
import { importWorker } from '@shared/workers/import'
import { serve } from '../hosts/serve'

const worker = implement(importWorker)
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

serve(
  worker.router({
    open: worker.open.handler(() => undefined),
    decode: worker.decode.handler(async function* ({ input }) {
      for (const [at, path] of input.paths.entries()) {
        const name = Buffer.from(path, 'base64').toString()
        yield [{ at, started: true as const }]
        await pause(5)
        if (name.includes('crash')) process.kill(process.pid, 'SIGSEGV')
        if (name.includes('crash')) await pause(60_000)
        if (name.includes('hang')) for (;;);
        yield [{ at, problem: { code: 'not-an-image', reason: name, expected: true } }]
      }
    }),
    close: worker.close.handler(() => undefined),
    probe: worker.probe.handler(() => process.exit(3)),
    render: worker.render.handler(() => new Blob()),
  }),
)
