/** Contrastive (SimCLR) as the interface shows it. */
import { z } from 'zod'
import type { TaskDescriptor } from './task'
import { projectionParameter, trainingParameters } from './training-parameters'

export const simclrDescriptor = {
  id: 'simclr',
  title: 'Contrastive (SimCLR)',
  help: 'Each image is to be told from all others of a step. Strong when every image shows something different.',
  views: 'compared',
  parameters: z.object({
    ...trainingParameters,
    ...projectionParameter,
    temperature: z.number().min(0.02).max(2).default(0.2).describe('Lower: the most similar images count more'),
  }),
} satisfies TaskDescriptor
