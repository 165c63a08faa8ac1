/** What the label-studio export is called, asks for and makes. */
import { z } from 'zod'
import { type ExporterDescriptor, metadataOnly } from './descriptor'

export const LabelStudioOptions = z.object({
  prefix: z.string().max(1000).default('').meta({
    title: 'Folder below the document root',
    description:
      "Where the image folder stands below Label Studio's local files document root; empty when it is the root itself.",
  }),
})

export const labelStudio: ExporterDescriptor = {
  id: 'label-studio',
  title: 'Label Studio',
  help: 'Tasks with the labels of people as annotations and those of the machine as predictions, and the label_config.xml.',
  ...metadataOnly,
  group: 'tools',
  target: 'folder',
  extension: '',
  options: LabelStudioOptions,
  confirmedOnly: false,
  takesUnlabeled: true,
  multiLabel: true,
  size: ({ rows }) => rows * 500,
}
