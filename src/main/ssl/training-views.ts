/** Views that pretext tasks train on, by what the images are of. */
import { type Augmentation, standardAugmentation } from '../views/augmentation'
import { type DomainId, domains } from '../views/domains'

/**
 * compared: two views of a sample are compared, so both are far from it. gentle: a view stands for itself and is only as different as
 * images of the folder are. upright: gentle, and neither mirrored nor turned, since that is what is to be guessed.
 */
export type ViewKind = 'compared' | 'gentle' | 'upright'

const mild = { brightness: 0.2, contrast: 0.2, saturation: 0.2, tint: 0.05, grey: 0 }
const upright = { mirrored: false, upsideDown: false, quarterTurns: false }

export function trainingViews(kind: ViewKind, domain: DomainId): Augmentation {
  const { geometry, looks }: (typeof domains)[DomainId] = domains[domain]
  switch (kind) {
    case 'compared':
      return { ...standardAugmentation, minArea: 0.3, ...geometry, ...looks }
    case 'gentle':
      return { ...standardAugmentation, minArea: 0.6, tilt: 8, ...geometry, ...mild }
    case 'upright':
      return { ...trainingViews('gentle', domain), ...upright }
    default:
      return kind satisfies never
  }
}
