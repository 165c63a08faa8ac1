/** The instant encoder as the interface shows it. */
import { z } from 'zod'
import type { TaskDescriptor } from './task'

export const instantDescriptor = {
  id: 'instant',
  title: 'Instant encoder',
  help: 'Learns the look of your images in about a minute, without training. Begin here.',
  parameters: z.object({
    filters: z.int().min(16).max(1600).default(300).describe('Small patterns learned at each patch size'),
    views: z.int().min(2).max(40).default(8).describe('Altered versions of each image that tell what matters from what does not'),
    dimensions: z.int().min(8).max(512).default(96).describe('Numbers per image in the result'),
    layout: z
      .enum(['auto', 'free', 'aligned'])
      .default('auto')
      .describe('Whether position carries meaning, as in scans and plates (aligned), or not (free)'),
  }),
} satisfies TaskDescriptor
