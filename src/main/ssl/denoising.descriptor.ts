/** Denoising autoencoder as the interface shows it. */
import { z } from 'zod'
import type { TaskDescriptor } from './task'
import { trainingParameters } from './training-parameters'

export const denoisingDescriptor = {
  id: 'denoising',
  title: 'Denoising autoencoder',
  help: 'Restores images from noisy ones through a narrow code. For grey, aligned images where detail is small.',
  views: 'gentle',
  parameters: z.object({
    ...trainingParameters,
    noise: z.number().min(0).max(2).default(0.5).describe('Deviation of the noise, in deviations of pixels'),
  }),
} satisfies TaskDescriptor
