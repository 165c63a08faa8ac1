/** Contrastive predictive coding as the interface shows it. */
import { z } from 'zod'
import type { TaskDescriptor } from './task'
import { projectionParameter, trainingParameters } from './training-parameters'

export const predictiveCodingDescriptor = {
  id: 'predictive-coding',
  title: 'Contrastive predictive coding',
  help: 'Predicts the lower parts of an image from the upper ones. For materials and surfaces.',
  views: 'gentle',
  parameters: z.object({
    ...trainingParameters,
    ...projectionParameter,
    ahead: z.int().min(1).max(3).default(2).describe('Rows of the grid that are predicted below what was seen'),
  }),
} satisfies TaskDescriptor
