/** Parameters that every gradient-trained task has. */
import { z } from 'zod'

export const trainingParameters = {
  epochs: z.int().min(1).max(5000).default(60).describe('Passes through all images when no time budget is given'),
  batch: z.int().min(8).max(512).default(128).describe('Images per step, at most'),
  encoder: z
    .enum(['auto', 'nano', 'small', 'base'])
    .default('auto')
    .describe('Size of the network: nano 0.25, small 1 and base 5 million weights; auto goes by how many images there are'),
  symmetry: z
    .enum(['none', 'mirror', 'any'])
    .default('none')
    .describe('Whether mirrored images mean the same (mirror), turned ones too (any), or neither (none)'),
  learningRate: z.number().min(1e-5).max(0.05).default(0.002).describe('Largest step size, reached after warming up'),
}

/** Of tasks that compare embeddings in a projection of their own. */
export const projectionParameter = {
  projection: z.int().min(16).max(1024).default(256).describe('Dimensions that are compared while training'),
}

export type TrainingParameters = z.infer<z.ZodObject<typeof trainingParameters>>
