/** Trained encoder (VICReg) as the interface shows it. */
import { z } from 'zod'
import type { TaskDescriptor } from './task'
import { projectionParameter, trainingParameters } from './training-parameters'

export const vicregDescriptor = {
  id: 'vicreg',
  title: 'Trained encoder (VICReg)',
  help: 'Two altered versions of an image get the same embedding, spread over all dimensions. Robust: the first choice with a few minutes to spare.',
  views: 'compared',
  parameters: z.object({
    ...trainingParameters,
    ...projectionParameter,
  }),
} satisfies TaskDescriptor
