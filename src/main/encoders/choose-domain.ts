/** Which augmentations suit a folder, from its images alone. */
import type { MatrixProducts } from '../engine/linear-algebra'
import { draw, random } from '../engine/random'
import { type DomainId, domains } from '../views/domains'
import { type ImageSource, isGrey } from '../views/images'
import { learnDictionary } from './dictionary'
import { findSymmetries } from './symmetries'
import { featureModel } from './trial'

export interface ChosenDomain {
  domain: DomainId
  /** What was chosen and why, in plain words. */
  note: string
}

/** Images looked at. */
const tried = 500
const dictionary = { filters: 96, patches: 15_000, whitening: 0.1 }

/** By whether mirrored and turned images look like others of the folder, see `findSymmetries`. */
export async function chooseDomain(
  images: ImageSource,
  { seed, threads }: { seed: number; threads: number },
  products: MatrixProducts,
): Promise<ChosenDomain> {
  const chosen = draw(images.count, tried, random(seed, 0x646f)).sort()
  const channels = isGrey(images.read(chosen.subarray(0, 200))) ? 1 : 3
  const patchSize = Math.max(3, Math.min(6, Math.floor(images.size / 4)))
  const learned = await learnDictionary(images, { ...dictionary, patchSize, channels, seed }, products)
  const features = { size: images.size, dictionaries: [learned], grids: [3], stride: images.size < 24 ? 1 : 2, threshold: 0.5 }
  const found = await findSymmetries(images, chosen, featureModel(features, threads), seed, products)
  const domain = found.quarterTurns ? 'microscopy' : found.mirrored ? 'photos' : 'symbols'
  const part = found.upsideDown && !found.quarterTurns ? ' Of this only mirroring is made use of.' : ''
  return { domain, note: `Altered versions as of “${domains[domain].title}”: ${found.note}${part}` }
}
