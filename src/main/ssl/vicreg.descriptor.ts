/** VICReg as the interface shows it. */
import { z } from 'zod'
import type { TaskDescriptor } from './task'

export const vicregDescriptor = {
  id: 'vicreg',
  title: 'Trained encoder (VICReg)',
  help: 'Trains a neural network on altered versions of your images. Worth it with thousands of images and many minutes.',
  parameters: z.object({
    epochs: z.int().min(1).max(2000).default(60).describe('Passes through all images when no time budget is given'),
    batch: z.int().min(8).max(512).default(128).describe('Images per step'),
    width: z.int().min(8).max(128).default(48).describe('Channels of the first stage; the last has four times as many'),
    projection: z.int().min(16).max(1024).default(256).describe('Dimensions that are compared while training'),
    symmetry: z
      .enum(['none', 'mirror', 'any'])
      .default('none')
      .describe('Whether mirrored images mean the same (mirror), turned ones too (any), or neither (none)'),
    learningRate: z.number().min(1e-5).max(0.05).default(0.002).describe('Largest step size, reached after warming up'),
  }),
} satisfies TaskDescriptor
