/** Parameters that every gradient-trained task has. */
import { z } from 'zod'
import { domainIds } from '../views/domains'

export const trainingParameters = {
  epochs: z.int().min(1).max(5000).default(60).describe('Passes through all images when no time budget is given'),
  batch: z.int().min(8).max(512).default(64).describe('Images per step, at most; fewer where memory is short'),
  encoder: z
    .enum(['auto', 'nano', 'small', 'base', 'stock'])
    .default('auto')
    .describe(
      'How the network begins. stock: with the first layers of the encoder that comes with the app; nano, small, base: with nothing, all of it learns from your images (0.25, 1.6, 5 million weights); auto: as the run it starts from, else stock, or small where that is missing',
    ),
  domain: z
    .enum(['auto', ...domainIds])
    .default('auto')
    .describe(
      'What the images are of, and so what altered versions may look like; auto finds out whether mirroring and turning matter',
    ),
  stopEarly: z
    .boolean()
    .default(true)
    .describe('End before the budget is spent when scores without labels, on images held back from training, stop improving'),
  startFrom: z
    .string()
    .default('')
    .describe('Folder of a project, or of one of its runs, whose trained encoder to start from; left empty, it begins anew')
    .meta({ chosen: 'folder' }),
  learningRate: z.number().min(1e-5).max(0.05).default(0.002).describe('Largest step size, reached after warming up'),
}

/** Of tasks that compare embeddings in a projection of their own. */
export const projectionParameter = {
  projection: z.int().min(16).max(1024).default(256).describe('Dimensions that are compared while training'),
}

export type TrainingParameters = z.infer<z.ZodObject<typeof trainingParameters>>
