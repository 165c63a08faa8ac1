/** Adversarial (BiGAN) as the interface shows it. */
import { z } from 'zod'
import type { TaskDescriptor } from './task'
import { trainingParameters } from './training-parameters'

export const adversarialDescriptor = {
  id: 'adversarial',
  title: 'Adversarial (BiGAN)',
  help: 'One network draws images, one reads them, a third tries to tell the two apart. Of interest to compare; rarely the best.',
  views: 'gentle',
  parameters: z.object({
    ...trainingParameters,
    code: z.int().min(4).max(256).default(32).describe('Numbers an image is drawn from'),
  }),
} satisfies TaskDescriptor
