/** Pretext tasks as the interface shows them; loads without the engine. */
import type { Descriptor } from '@shared/model'
import { z } from 'zod'
import { instantDescriptor } from './instant.descriptor'
import { pcaDescriptor, pixelsDescriptor } from './pixels.descriptor'
import { vicregDescriptor } from './vicreg.descriptor'

export const taskDescriptors: Descriptor[] = [instantDescriptor, vicregDescriptor, pcaDescriptor, pixelsDescriptor].map(
  ({ id, title, help, parameters }) => ({ id, title, help, parameters: z.toJSONSchema(parameters) }),
)
