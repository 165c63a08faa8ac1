/** Altered versions of some of a project's images, to look at before training on them. */
import { HandfulError } from '@shared/errors'
import { encodePng } from '../../dataset/decode/png'
import { chooseDomain } from '../../encoders/choose-domain'
import { withProducts } from '../../engine/linear-algebra'
import { draw, random } from '../../engine/random'
import { descriptors } from '../../ssl/descriptors'
import { trainingViews } from '../../ssl/training-views'
import { openReader } from '../../store/reader'
import { augment } from '../../views/augmentation'
import { domainIds, domains } from '../../views/domains'
import type { ImageSource } from '../../views/images'
import { openImages } from '../pretrain/images'

const [shown, versions] = [6, 4]
const threads = 1

/** @throws HandfulError NOT_READY without pixel cache or images, BAD_PARAMETER, UNKNOWN_ID for tasks that look at no altered versions */
export async function sampleViews({
  projectFolder,
  task,
  domain: asked,
  seed,
}: {
  projectFolder: string
  task: string
  domain: string
  seed: number
}) {
  const kind = descriptors.find(({ id }) => id === task)?.views
  if (!kind) throw new HandfulError('UNKNOWN_ID', { what: 'pretext task that looks at altered versions', id: task })
  const reader = openReader(projectFolder)
  try {
    const ordinals = reader.canonicalOrder()
    if (ordinals.length === 0) throw new HandfulError('NOT_READY', { needs: 'images' })
    const { images, close } = openImages(reader, ordinals)
    try {
      const { domain, note } = await chosen(asked, images)
      const some = draw(images.count, shown, random(0, 0x7669)).sort()
      const pixels = images.read(some)
      const altered = Array.from({ length: versions }, (_, view) =>
        augment(pixels, images.size, trainingViews(kind, domain), { seed, view, keys: some }),
      )
      const picture = (all: Uint8Array, at: number) => {
        const bytes = images.size * images.size * 3
        const data = all.subarray(at * bytes, (at + 1) * bytes)
        return new Blob([new Uint8Array(encodePng({ data, width: images.size, height: images.size }))], { type: 'image/png' })
      }
      return {
        note,
        images: Array.from(some, (position, at) => ({
          ordinal: ordinals[position]!,
          original: picture(pixels, at),
          views: altered.map((all) => picture(all, at)),
        })),
      }
    } finally {
      close()
    }
  } finally {
    reader.close()
  }
}

/** As a run of seed 0 would. */
async function chosen(asked: string, images: ImageSource) {
  if (asked === 'auto') return withProducts(threads, (products) => chooseDomain(images, { seed: 0, threads }, products))
  const domain = domainIds.find((id) => id === asked)
  if (!domain) throw new HandfulError('BAD_PARAMETER', { name: 'domain', reason: `there is no “${asked}”` })
  return { domain, note: domains[domain].help }
}
