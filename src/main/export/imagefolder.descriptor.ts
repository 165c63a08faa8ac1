/** What the imagefolder export is called, asks for and makes. */
import { type ExporterDescriptor, placed } from './descriptor'

export const imagefolder: ExporterDescriptor = {
  id: 'imagefolder',
  title: 'Hugging Face imagefolder',
  help: 'Images with a metadata.jsonl per split; load_dataset opens the folder, and the hub shows it.',
  ...placed,
  group: 'training',
  confirmedOnly: true,
  takesUnlabeled: true,
  multiLabel: true,
}
