/** What the cvat-imagenet export is called, asks for and makes. */
import { z } from 'zod'
import { duplicates, type ExporterDescriptor, tableRowBytes } from './descriptor'

export const CvatImagenetOptions = z.object({
  images: z.boolean().default(true).meta({
    title: 'With the images',
    description: 'On: a zip of label/label_image per split. Off: synsets.txt and a list of images per split only.',
  }),
  duplicates,
})

export const cvatImagenet: ExporterDescriptor = {
  id: 'cvat-imagenet',
  title: 'CVAT ImageNet',
  help: 'Zip archives in the ImageNet layout that CVAT imports, with the images or with annotations only.',
  group: 'tools',
  target: 'folder',
  extension: '',
  options: CvatImagenetOptions,
  confirmedOnly: true,
  takesUnlabeled: false,
  multiLabel: false,
  firstCopyOnly: (options) => !CvatImagenetOptions.parse(options).duplicates,
  size: ({ rows, imageBytes }, options) => rows * tableRowBytes + (CvatImagenetOptions.parse(options).images ? imageBytes : 0),
}
