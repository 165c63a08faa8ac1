/** Rotation or puzzle as the interface shows it. */
import { z } from 'zod'
import type { TaskDescriptor } from './task'
import { trainingParameters } from './training-parameters'

export const rotationDescriptor = {
  id: 'rotation',
  title: 'Rotation or puzzle',
  help: 'Guesses by how much an image was turned, or how its pieces lay. For images with an up and a down.',
  views: 'upright',
  parameters: z.object({
    ...trainingParameters,
    puzzle: z
      .enum(['rotation', 'jigsaw'])
      .default('rotation')
      .describe('What is to be guessed: a quarter turn, or the order of four pieces'),
  }),
} satisfies TaskDescriptor
