/** Predict missing parts as the interface shows it. */
import { z } from 'zod'
import type { TaskDescriptor } from './task'
import { trainingParameters } from './training-parameters'

export const maskedDescriptor = {
  id: 'masked',
  title: 'Predict missing parts',
  help: 'Hides parts of an image and fills them in. For textures and regular layouts.',
  views: 'gentle',
  parameters: z.object({
    ...trainingParameters,
    hidden: z.number().min(0.1).max(0.9).default(0.6).describe('Share of the image that is hidden'),
  }),
} satisfies TaskDescriptor
