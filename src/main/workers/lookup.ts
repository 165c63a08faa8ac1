/** Lookup worker: an image from outside, decoded and embedded as those of the project are; a label file, matched with the samples. */
import { implement } from '@orpc/server'
import { HandfulError } from '@shared/errors'
import { lookupWorker } from '@shared/workers/lookup'
import { HeicThreads } from '../dataset/decode/heic-threads'
import { decodeImage } from '../dataset/decode/image'
import { takeTurns } from '../dataset/decode/turns'
import { ImageProblem } from '../dataset/problem'
import { embedAll } from '../encoders/embed'
import { serve } from '../hosts/serve'
import { workerArguments } from '../hosts/worker-entry'
import { openReader } from '../store/reader'
import { imagesInMemory } from '../views/images'
import { runAccuracies } from './lookup/accuracy'
import { readLabelFile } from './lookup/label-file'
import { sampleViews } from './lookup/views'

const decoders = { turns: takeTurns(), heic: new HeicThreads(workerArguments('heic')) }
const worker = implement(lookupWorker)

serve(
  worker.router({
    embed: worker.embed.handler(async ({ input: { encoder, inputSize, fit, name, image } }) => {
      const bytes = Buffer.from(await image.arrayBuffer())
      try {
        const { pixels } = await decodeImage(Buffer.from(name), { bytes, sha256: Buffer.alloc(0) }, inputSize, fit, decoders)
        return [...(await embedAll(encoder, imagesInMemory(pixels, inputSize), 1))]
      } catch (cause) {
        if (cause instanceof ImageProblem) throw new HandfulError('BAD_PARAMETER', { name, reason: cause.message })
        throw cause
      }
    }),
    views: worker.views.handler(({ input }) => sampleViews(input)),
    accuracies: worker.accuracies.handler(async ({ input: { projectFolder, runIds } }) => {
      const reader = openReader(projectFolder)
      try {
        return await runAccuracies(reader, runIds)
      } finally {
        reader.close()
      }
    }),
    labels: worker.labels.handler(async ({ input: { projectFolder, ...file } }) => {
      const reader = openReader(projectFolder)
      try {
        return await readLabelFile(reader, file)
      } finally {
        reader.close()
      }
    }),
  }),
)
