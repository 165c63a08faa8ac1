/** What the csv export is called, asks for and makes. */
import { z } from 'zod'
import { dataSheet, type ExporterDescriptor, metadataOnly } from './descriptor'

export const CsvOptions = z.object({
  byteOrderMark: z.boolean().default(false).meta({
    title: 'For Excel',
    description: 'Begins the file with a byte order mark, without which Excel misreads letters beyond ASCII.',
  }),
  dataSheet,
})

export const csv: ExporterDescriptor = {
  id: 'csv',
  title: 'CSV table',
  help: 'One row per image file and label with source, confidence, split and cluster; opens in every spreadsheet.',
  ...metadataOnly,
  group: 'tables',
  target: 'file',
  extension: '.csv',
  options: CsvOptions,
  confirmedOnly: false,
  takesUnlabeled: true,
  multiLabel: true,
}
