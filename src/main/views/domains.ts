/** What altered versions of an image may look like, by what the images are of. */
import type { Augmentation } from './augmentation'

export interface Domain {
  readonly title: string
  /** In plain words, for whom. */
  readonly help: string
  /** What may change about the place and the direction of things. */
  readonly geometry: Partial<Augmentation>
  /** What may change about light and detail. */
  readonly looks: Partial<Augmentation>
}

export const domains = {
  photos: {
    title: 'Photos',
    help: 'Scenes and objects that a mirror leaves what they are.',
    geometry: { mirrored: true },
    looks: { blur: 0.3, solarise: 0.1 },
  },
  microscopy: {
    title: 'Microscopy, seen from above',
    help: 'Images without an up: cells, minerals, aerial views.',
    geometry: { mirrored: true, upsideDown: true, quarterTurns: true },
    looks: { blur: 0.3, noise: 8 },
  },
  symbols: {
    title: 'Text, symbols, parts',
    help: 'Mirroring or turning makes something else of them.',
    geometry: { tilt: 10 },
    looks: { erasing: 0.2 },
  },
  aligned: {
    title: 'Aligned scans and plates',
    help: 'Everything has its place, and the place tells the class.',
    geometry: { minArea: 0.85, stretch: 0.05, tilt: 2 },
    looks: { noise: 6, erasing: 0.2 },
  },
} satisfies Record<string, Domain>

export type DomainId = keyof typeof domains
export const domainIds = Object.keys(domains) as [DomainId, ...DomainId[]]
