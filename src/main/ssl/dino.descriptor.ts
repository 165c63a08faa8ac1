/** Self-distillation (DINO) as the interface shows it. */
import { z } from 'zod'
import type { TaskDescriptor } from './task'
import { trainingParameters } from './training-parameters'

export const dinoDescriptor = {
  id: 'dino',
  title: 'Self-distillation (DINO)',
  help: 'Small crops are to predict what the whole shows. For photos whose subject fills only a part; takes long runs.',
  views: 'compared',
  parameters: z.object({
    ...trainingParameters,
    prototypes: z.int().min(16).max(4096).default(256).describe('Invented groups that images are sorted into while training'),
    momentum: z.number().min(0.8).max(0.9999).default(0.98).describe('How slowly the teacher follows, at the start'),
    smallCrops: z.int().min(0).max(8).default(4).describe('Small crops per image beside two large ones'),
  }),
} satisfies TaskDescriptor
