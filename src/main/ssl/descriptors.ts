/** Pretext tasks as the interface shows them; loads without the engine. */
import type { Task } from '@shared/contract/pretrain'
import { z } from 'zod'
import { adversarialDescriptor } from './adversarial.descriptor'
import { autoDescriptor } from './auto.descriptor'
import { barlowTwinsDescriptor } from './barlow-twins.descriptor'
import { broughtDescriptor } from './brought.descriptor'
import { byolDescriptor } from './byol.descriptor'
import { denoisingDescriptor } from './denoising.descriptor'
import { dinoDescriptor } from './dino.descriptor'
import { infomaxDescriptor } from './infomax.descriptor'
import { instantDescriptor } from './instant.descriptor'
import { maskedDescriptor } from './masked.descriptor'
import { pcaDescriptor, pixelsDescriptor } from './pixels.descriptor'
import { predictiveCodingDescriptor } from './predictive-coding.descriptor'
import { rotationDescriptor } from './rotation.descriptor'
import { simclrDescriptor } from './simclr.descriptor'
import { simsiamDescriptor } from './simsiam.descriptor'
import type { TaskDescriptor } from './task'
import { variationalDescriptor } from './variational.descriptor'
import { vicregDescriptor } from './vicreg.descriptor'

export const descriptors: readonly TaskDescriptor[] = [
  autoDescriptor,
  instantDescriptor,
  broughtDescriptor,
  vicregDescriptor,
  simclrDescriptor,
  barlowTwinsDescriptor,
  byolDescriptor,
  simsiamDescriptor,
  dinoDescriptor,
  infomaxDescriptor,
  predictiveCodingDescriptor,
  rotationDescriptor,
  maskedDescriptor,
  denoisingDescriptor,
  variationalDescriptor,
  adversarialDescriptor,
  pcaDescriptor,
  pixelsDescriptor,
]

export const taskDescriptors: Task[] = descriptors.map(({ id, title, help, fewestImages, minutes, parameters }) => ({
  id,
  title,
  help,
  fewestImages,
  minutes,
  parameters: z.toJSONSchema(parameters),
}))
