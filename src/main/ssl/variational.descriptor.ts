/** Variational autoencoder as the interface shows it. */
import { z } from 'zod'
import type { TaskDescriptor } from './task'
import { trainingParameters } from './training-parameters'

export const variationalDescriptor = {
  id: 'variational',
  title: 'Variational autoencoder',
  help: 'Describes each image by a few independent numbers that can draw it again. For simple shapes on plain grounds.',
  views: 'gentle',
  parameters: z.object({
    ...trainingParameters,
    code: z.int().min(4).max(256).default(32).describe('Numbers an image is drawn again from'),
    weight: z.number().min(0).max(10).default(0.5).describe('Weight of the prior against the drawing'),
  }),
} satisfies TaskDescriptor
