/** The lookup worker: embeds an image from outside the project, to search by it. */
import { oc } from '@orpc/contract'
import { z } from 'zod'
import { Fit } from '../model'

export const lookupWorker = {
  /** The embedding by the encoder at `encoder`. @throws NOT_READY for bytes that are no image */
  embed: oc
    .input(z.object({ encoder: z.string(), inputSize: z.number().int(), fit: Fit, name: z.string(), image: z.instanceof(Blob) }))
    .output(z.array(z.number())),
}
