/** An encoder of one's own as the interface shows it. */
import { z } from 'zod'
import type { TaskDescriptor } from './task'

export const broughtDescriptor = {
  id: 'brought',
  title: 'Your own encoder (ONNX)',
  help: 'An encoder trained elsewhere, such as DINOv2, CLIP or MobileNet. Strong on everyday photos; slower than the others.',
  parameters: z.object({
    file: z
      .string()
      .min(1)
      .describe('Path of the .onnx file; of CLIP the part that looks at images')
      .meta({ chosen: 'file', extensions: ['onnx'] }),
    size: z.int().min(16).max(1024).optional().describe('Side of the images in pixels, where the file leaves it open'),
    normalisation: z
      .enum(['auto', 'imagenet', 'clip', 'symmetric', 'unit', 'none'])
      .default('auto')
      .describe('How pixels are scaled: symmetric to −1 … 1, unit to 0 … 1, none 0 … 255; auto reads preprocessor_config.json'),
    output: z
      .string()
      .default('')
      .describe('Name of the output to use; left empty, the likeliest, of a classifier what its last layer reads'),
    pooling: z
      .enum(['auto', 'first', 'mean'])
      .default('auto')
      .describe('Of an output with a vector for each place: the first one (class token) or their mean'),
  }),
} satisfies TaskDescriptor
