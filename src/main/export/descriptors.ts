/** What the exporters are called, ask for and make; loads without ONNX Runtime. */
import { HandfulError } from '@shared/errors'
import { z } from 'zod'

export const CsvOptions = z.object({
  byteOrderMark: z.boolean().default(false).meta({
    title: 'For Excel',
    description: 'Begins the file with a byte order mark, without which Excel misreads letters beyond ASCII.',
  }),
})

export const FoldersOptions = z.object({
  how: z.enum(['copy', 'hardlink', 'symlink']).default('copy').meta({
    title: 'Images are',
    description:
      'copy: independent files (sharing their blocks where the disk can). hardlink: no extra room, same disk only; editing one edits the original. symlink: no extra room; breaks when the originals move.',
  }),
  duplicates: z.boolean().default(false).meta({
    title: 'Include copies',
    description: 'Writes every copy of byte-identical images; otherwise the first one only.',
  }),
})

export type FoldersOptions = z.infer<typeof FoldersOptions>

export interface ExporterDescriptor {
  id: string
  title: string
  help: string
  target: 'file' | 'folder'
  /** With the dot; empty for folders. */
  extension: string
  options: z.ZodObject
  /** Only labels that do not wait for confirmation. */
  confirmedOnly: boolean
  /** Of byte-identical images the first file only. */
  firstCopyOnly: (options: unknown) => boolean
  /** Bytes it will write, roughly. */
  size: (counts: { rows: number; imageBytes: number }, options: unknown) => number
}

const tableRowBytes = 220
const none = z.object({})

export const exporterDescriptors: readonly ExporterDescriptor[] = [
  {
    id: 'csv',
    title: 'CSV table',
    help: 'One row per image file with label, source, confidence, split and cluster; opens in every spreadsheet.',
    target: 'file',
    extension: '.csv',
    options: CsvOptions,
    confirmedOnly: false,
    firstCopyOnly: () => false,
    size: ({ rows }) => rows * tableRowBytes,
  },
  {
    id: 'jsonl',
    title: 'JSON Lines',
    help: 'One JSON object per image file and line, with the same columns as the CSV table.',
    target: 'file',
    extension: '.jsonl',
    options: none,
    confirmedOnly: false,
    firstCopyOnly: () => false,
    size: ({ rows }) => rows * tableRowBytes * 1.5,
  },
  {
    id: 'folders',
    title: 'Folder per class',
    help: 'The images sorted into a folder per class, as PyTorch, Keras, Ultralytics and FiftyOne read them.',
    target: 'folder',
    extension: '',
    options: FoldersOptions,
    confirmedOnly: true,
    firstCopyOnly: (options) => !FoldersOptions.parse(options).duplicates,
    size: ({ rows, imageBytes }, options) =>
      rows * tableRowBytes + (FoldersOptions.parse(options).how === 'copy' ? imageBytes : 0),
  },
  {
    id: 'onnx',
    title: 'Classifier (ONNX)',
    help: 'Encoder and head as ONNX files that label new images without Handful, with classes and preprocessing beside them.',
    target: 'folder',
    extension: '',
    options: none,
    confirmedOnly: true,
    firstCopyOnly: () => true,
    size: () => 10e6,
  },
]

/** @throws HandfulError UNKNOWN_ID */
export function exporterDescriptor(id: string): ExporterDescriptor {
  const found = exporterDescriptors.find((one) => one.id === id)
  if (!found) throw new HandfulError('UNKNOWN_ID', { what: 'export format', id })
  return found
}

/** @throws HandfulError BAD_PARAMETER naming the first option that is wrong */
export function exportOptions({ options }: ExporterDescriptor, given: unknown): unknown {
  const result = z.strictObject(options.shape).safeParse(given)
  if (result.success) return result.data
  const [issue] = result.error.issues
  const name = issue?.path.join('.') || (issue?.code === 'unrecognized_keys' && issue.keys.join(', ')) || 'options'
  throw new HandfulError('BAD_PARAMETER', { name, reason: issue?.message ?? 'not understood' })
}
