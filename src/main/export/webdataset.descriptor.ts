/** What the webdataset export is called, asks for and makes. */
import { type ExporterDescriptor, contained } from './descriptor'

export const webdataset: ExporterDescriptor = {
  id: 'webdataset',
  title: 'WebDataset',
  help: 'Tar shards with image, class number and JSON beside each other, for streamed training.',
  ...contained,
  group: 'training',
  confirmedOnly: true,
  takesUnlabeled: true,
  multiLabel: true,
}
