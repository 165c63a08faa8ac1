/** Views that pretext tasks train on, by what the images are of. */
import { type Augmentation, standardAugmentation } from '../views/augmentation'
import { type Domain, domains } from '../views/domains'
import type { TrainingParameters } from './training-parameters'

/** What is left to choose is chosen before, see `gradientTask`; by itself a task takes what assumes least. */
const domainOf = ({ domain }: Pick<TrainingParameters, 'domain'>): Domain => domains[domain === 'auto' ? 'symbols' : domain]

/** Views of tasks that compare two views of a sample: smaller crops than usual. */
export function comparedViews(parameters: Pick<TrainingParameters, 'domain'>): Augmentation {
  const { geometry, looks } = domainOf(parameters)
  return { ...standardAugmentation, minArea: 0.3, ...geometry, ...looks }
}

/** Views of tasks that look at one view at a time: only as different as images of the folder are. */
export function gentleViews(parameters: Pick<TrainingParameters, 'domain'>): Augmentation {
  const { geometry } = domainOf(parameters)
  const gentle = { grey: 0, tint: 0.05, saturation: 0.2, brightness: 0.2, contrast: 0.2 }
  const { minArea = 0.6, tilt = 8 } = geometry
  return { ...standardAugmentation, ...geometry, ...gentle, minArea, tilt }
}
