/** Siamese prediction (SimSiam) as the interface shows it. */
import { z } from 'zod'
import type { TaskDescriptor } from './task'
import { projectionParameter, trainingParameters } from './training-parameters'

export const simsiamDescriptor = {
  id: 'simsiam',
  title: 'Siamese prediction (SimSiam)',
  help: 'As BYOL without the slow copy: simpler, and quicker per step.',
  views: 'compared',
  parameters: z.object({
    ...trainingParameters,
    ...projectionParameter,
  }),
} satisfies TaskDescriptor
