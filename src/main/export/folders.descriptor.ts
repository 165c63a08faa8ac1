/** What the folders export is called, asks for and makes. */
import { type ExporterDescriptor, placed } from './descriptor'

export const folders: ExporterDescriptor = {
  id: 'folders',
  title: 'Folder per class',
  help: 'The images sorted into a folder per class, as PyTorch, Keras and FiftyOne read them.',
  ...placed,
  group: 'training',
  confirmedOnly: true,
  takesUnlabeled: false,
  multiLabel: false,
}
