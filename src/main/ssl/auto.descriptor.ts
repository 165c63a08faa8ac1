/** The encoder race as the interface shows it. */
import { z } from 'zod'
import type { TaskDescriptor } from './task'

export const autoDescriptor = {
  id: 'auto',
  title: 'Best in the time given',
  help: 'The instant encoder, joined by what a network that comes with the app learned from public photos and, given some minutes, by a network that learns from these images. Keeps what a test without labels finds helpful.',
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
