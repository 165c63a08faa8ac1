/** Information maximisation (Deep InfoMax) as the interface shows it. */
import { z } from 'zod'
import type { TaskDescriptor } from './task'
import { projectionParameter, trainingParameters } from './training-parameters'

export const infomaxDescriptor = {
  id: 'infomax',
  title: 'Information maximisation (Deep InfoMax)',
  help: 'The whole and each place in an image are to know of each other. For symbols and small parts.',
  views: 'compared',
  parameters: z.object({
    ...trainingParameters,
    ...projectionParameter,
  }),
} satisfies TaskDescriptor
