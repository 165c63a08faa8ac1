/** The instant encoder as the interface shows it. */
import { z } from 'zod'
import type { TaskDescriptor } from './task'

export const instantDescriptor = {
  id: 'instant',
  title: 'Instant encoder',
  help: 'Learns the look of your images in about a minute, without training. Begin here.',
  parameters: z.object({
    filters: z.int().min(16).max(1600).default(160).describe('Small patterns learned at each of two patch sizes'),
    views: z
      .int()
      .min(4)
      .max(64)
      .default(20)
      .describe('Altered versions of each image that tell what matters from what does not; fewer where images are many'),
    dimensions: z.int().min(8).max(512).default(96).describe('Numbers per image in the result'),
    symmetry: z
      .enum(['auto', 'none', 'mirror', 'any'])
      .default('auto')
      .describe('Whether mirrored images mean the same (mirror), turned ones too (any), or neither (none)'),
  }),
} satisfies TaskDescriptor
