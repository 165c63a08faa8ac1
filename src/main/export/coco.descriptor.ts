/** What the coco export is called, asks for and makes. */
import { type ExporterDescriptor, placed } from './descriptor'

export const coco: ExporterDescriptor = {
  id: 'coco',
  title: 'COCO',
  help: 'Images and a COCO JSON per split; each label is an annotation over the whole image.',
  ...placed,
  group: 'tools',
  confirmedOnly: true,
  takesUnlabeled: true,
  multiLabel: true,
}
