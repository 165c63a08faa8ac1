/** The two baselines as the interface shows them. */
import { z } from 'zod'
import type { TaskDescriptor } from './task'

export const pixelsDescriptor = {
  id: 'pixels',
  title: 'Plain pixels',
  help: 'No learning at all: the pixels themselves. Only to compare with.',
  parameters: z.object({}),
} satisfies TaskDescriptor

export const pcaDescriptor = {
  id: 'pca',
  title: 'Principal components',
  help: 'The directions in which the pixels vary most. Only to compare with.',
  parameters: z.object({ dimensions: z.int().min(2).max(512).default(96).describe('Numbers per image in the result') }),
} satisfies TaskDescriptor
