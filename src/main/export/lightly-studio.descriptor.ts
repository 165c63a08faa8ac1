/** What the lightly-studio export is called, asks for and makes. */
import { z } from 'zod'
import { dataSheet, type ExporterDescriptor, metadataOnly } from './descriptor'

export const lightlyStudio: ExporterDescriptor = {
  id: 'lightly-studio',
  title: 'LightlyStudio',
  help: 'A CSV of absolute image paths with class, confidence and origin, in the columns of LightlyStudio’s own tables.',
  ...metadataOnly,
  group: 'tools',
  target: 'file',
  extension: '.csv',
  options: z.object({ dataSheet }),
  confirmedOnly: false,
  takesUnlabeled: false,
  multiLabel: true,
}
