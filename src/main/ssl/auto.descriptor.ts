/** The encoder race as the interface shows it. */
import { z } from 'zod'
import type { TaskDescriptor } from './task'

export const autoDescriptor = {
  id: 'auto',
  title: 'Best in the time given',
  help: 'The instant encoder first, then what may improve on it in your time; the better one by a test without labels is used.',
  parameters: z.object({
    symmetry: z
      .enum(['auto', 'none', 'mirror', 'any'])
      .default('auto')
      .describe('Whether mirrored images mean the same (mirror), turned ones too (any), or neither (none)'),
    steps: z.int().min(10).max(20_000).default(1500).describe('Training steps of the small network, at most'),
  }),
} satisfies TaskDescriptor
