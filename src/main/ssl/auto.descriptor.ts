/** The encoder race as the interface shows it. */
import { z } from 'zod'
import type { TaskDescriptor } from './task'

export const autoDescriptor = {
  id: 'auto',
  title: 'Best in the time given',
  help: 'The instant encoder and one that comes with the app; given some minutes, a network learns from these images, and joins where a test without labels likes it.',
  // Fewer say nothing of how the stock encoder fits them.
  fewestImages: 32,
  // Without a budget it trains no network.
  minutes: 5,
  parameters: z.object({
    symmetry: z
      .enum(['auto', 'none', 'mirror', 'any'])
      .default('auto')
      .describe('Whether mirrored images mean the same (mirror), turned ones too (any), or neither (none)'),
    stock: z.boolean().default(true).meta({
      title: 'Stock encoder',
      description: 'Use the network that comes with the app; without it, only these images are learned from',
    }),
  }),
} satisfies TaskDescriptor
