/** Import worker: decodes files in a process of its own, so that a decoder that dies or hangs takes nothing with it. */
import { implement } from '@orpc/server'
import { HandfulError } from '@shared/errors'
import { importWorker } from '@shared/workers/import'
import { confined } from '../dataset/confined'
import { HeicThreads } from '../dataset/decode/heic-threads'
import { headerSide, renderForBrowser } from '../dataset/decode/image'
import { Importer } from '../dataset/decode/importer'
import { takeTurns } from '../dataset/decode/turns'
import { serve } from '../hosts/serve'
import { workerArguments } from '../hosts/worker-entry'
import { openReader } from '../store/reader'

const bytesOf = (path: string) => Buffer.from(path, 'base64')
const decoders = { turns: takeTurns(), heic: new HeicThreads(workerArguments('heic')) }
const worker = implement(importWorker)
let importer: Importer | null = null

serve(
  worker.router({
    open: worker.open.handler(async ({ input }) => {
      await importer?.close()
      const reader = openReader(input.projectFolder)
      const known = { known: reader.ordinalsByHash(), nextOrdinal: reader.sampleCount(), thumbnailEnd: reader.thumbnailEnd() }
      reader.close()
      importer = await Importer.open({ ...input, ...known, root: bytesOf(input.root) }, decoders)
    }),
    decode: worker.decode.handler(({ input }) => {
      if (!importer) throw new HandfulError('NOT_READY', { needs: 'an opened importer' })
      return importer.decode(input.paths.map(bytesOf))
    }),
    close: worker.close.handler(() => importer?.close()),
    probe: worker.probe.handler(async ({ input }) => {
      const folder = { root: bytesOf(input.root), followLinks: input.followLinks }
      const side = (path: string) => confined(folder, bytesOf(path)).then(headerSide, () => null)
      return (await Promise.all(input.paths.map(side))).filter((one) => one !== null)
    }),
    render: worker.render.handler(
      async ({ input }) =>
        new Blob([new Uint8Array(await renderForBrowser(bytesOf(input.path), input.side, decoders))], { type: 'image/jpeg' }),
    ),
  }),
)
