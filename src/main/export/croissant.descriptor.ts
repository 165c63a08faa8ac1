/** What the croissant export is called, asks for and makes. */
import { type ExporterDescriptor, placed } from './descriptor'

export const croissant: ExporterDescriptor = {
  id: 'croissant',
  title: 'Croissant',
  help: 'Images, a label table and a croissant.json that describes both, for mlcroissant and data set search.',
  ...placed,
  group: 'training',
  confirmedOnly: true,
  takesUnlabeled: true,
  multiLabel: true,
}
