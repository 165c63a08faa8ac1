/** Barlow Twins as the interface shows it. */
import { z } from 'zod'
import type { TaskDescriptor } from './task'
import { projectionParameter, trainingParameters } from './training-parameters'

export const barlowTwinsDescriptor = {
  id: 'barlow-twins',
  title: 'Barlow Twins',
  help: 'Two altered versions agree and no two dimensions say the same. Like VICReg; likes large projections.',
  views: 'compared',
  parameters: z.object({
    ...trainingParameters,
    ...projectionParameter,
    weight: z.number().min(1e-4).max(1).default(0.005).describe('Weight of the redundancy term'),
  }),
} satisfies TaskDescriptor
