/** Bootstrap (BYOL) as the interface shows it. */
import { z } from 'zod'
import type { TaskDescriptor } from './task'
import { projectionParameter, trainingParameters } from './training-parameters'

export const byolDescriptor = {
  id: 'byol',
  title: 'Bootstrap (BYOL)',
  help: 'Predicts what a slow copy of the network sees in another version. Needs no images to be different; takes long runs.',
  views: 'compared',
  parameters: z.object({
    ...trainingParameters,
    ...projectionParameter,
    momentum: z.number().min(0.8).max(0.9999).default(0.97).describe('How slowly the copy follows, at the start'),
  }),
} satisfies TaskDescriptor
