/** Import worker: decodes files in a process of its own, so that a decoder that dies or hangs takes nothing with it. */
import { implement } from '@orpc/server'
import { HandfulError } from '@shared/errors'
import { importWorker } from '@shared/workers/import'
import { headerSide, renderForBrowser } from '../dataset/decode'
import { Importer } from '../dataset/importer'
import { joinBytes } from '@shared/paths'
import { serve } from '../hosts/serve'
import { openReader } from '../store/reader'

const bytesOf = (path: string) => Buffer.from(path, 'base64')
const worker = implement(importWorker)
let importer: Importer | null = null

serve(
  worker.router({
    open: worker.open.handler(async ({ input }) => {
      await importer?.close()
      const reader = openReader(input.projectFolder)
      const known = { known: reader.ordinalsByHash(), nextOrdinal: reader.sampleCount(), thumbnailEnd: reader.thumbnailEnd() }
      reader.close()
      importer = new Importer({ ...input, ...known, root: bytesOf(input.root) })
    }),
    decode: worker.decode.handler(({ input }) => {
      if (!importer) throw new HandfulError('NOT_READY', { needs: 'an opened importer' })
      return importer.decode(input.paths.map(bytesOf))
    }),
    probe: worker.probe.handler(async ({ input }) => {
      const sides = await Promise.all(input.paths.map((path) => headerSide(joinBytes(bytesOf(input.root), bytesOf(path)))))
      return sides.filter((side) => side !== null)
    }),
    render: worker.render.handler(
      async ({ input }) =>
        new Blob([new Uint8Array(await renderForBrowser(bytesOf(input.path), input.side))], { type: 'image/jpeg' }),
    ),
  }),
)
