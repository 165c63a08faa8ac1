/** What the fiftyone export is called, asks for and makes. */
import { type ExporterDescriptor, placed } from './descriptor'

export const fiftyone: ExporterDescriptor = {
  id: 'fiftyone',
  title: 'FiftyOne',
  help: 'data/ and labels.json, as FiftyOne imports an image classification dataset, with confidences.',
  ...placed,
  group: 'tools',
  confirmedOnly: true,
  takesUnlabeled: true,
  multiLabel: true,
}
