/** What the jsonl export is called, asks for and makes. */
import { z } from 'zod'
import { dataSheet, type ExporterDescriptor, metadataOnly, tableRowBytes } from './descriptor'

export const jsonl: ExporterDescriptor = {
  id: 'jsonl',
  title: 'JSON Lines',
  help: 'One JSON object per image file, label and line, with the same columns as the CSV table.',
  ...metadataOnly,
  group: 'tables',
  target: 'file',
  extension: '.jsonl',
  options: z.object({ dataSheet }),
  confirmedOnly: false,
  takesUnlabeled: true,
  multiLabel: true,
  size: ({ rows }) => rows * tableRowBytes * 1.5,
}
