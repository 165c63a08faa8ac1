/** What the lightly-train export is called, asks for and makes. */
import { z } from 'zod'
import { type ExporterDescriptor, metadataOnly } from './descriptor'

export const lightlyTrain: ExporterDescriptor = {
  id: 'lightly-train',
  title: 'LightlyTrain',
  help: 'A CSV of image paths and labels per split, as LightlyTrain trains classifiers on; images stay where they are.',
  ...metadataOnly,
  group: 'training',
  target: 'folder',
  extension: '',
  options: z.object({}),
  confirmedOnly: true,
  takesUnlabeled: false,
  multiLabel: true,
}
