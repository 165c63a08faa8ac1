/** What the cvat-images export is called, asks for and makes. */
import { z } from 'zod'
import { type ExporterDescriptor, metadataOnly } from './descriptor'

export const cvatImages: ExporterDescriptor = {
  id: 'cvat-images',
  title: 'CVAT for images 1.1',
  help: 'An annotations.xml with a tag per label, to load into a CVAT task that has the same images.',
  ...metadataOnly,
  group: 'tools',
  target: 'folder',
  extension: '',
  options: z.object({}),
  confirmedOnly: false,
  takesUnlabeled: true,
  multiLabel: true,
}
