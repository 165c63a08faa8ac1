/** What the ultralytics export is called, asks for and makes. */
import { type ExporterDescriptor, placed } from './descriptor'

export const ultralytics: ExporterDescriptor = {
  id: 'ultralytics',
  title: 'Ultralytics classification',
  help: 'train, val and test folders with a folder per class, as YOLO trains on. Needs a split.',
  ...placed,
  group: 'training',
  confirmedOnly: true,
  takesUnlabeled: false,
  multiLabel: false,
  needsSplit: true,
}
