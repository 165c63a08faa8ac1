/** What an exporter says of itself; loads without ONNX Runtime and without the exporters. */
import { z } from 'zod'

export interface ExporterDescriptor {
  id: string
  title: string
  help: string
  group: 'tables' | 'training' | 'tools' | 'model'
  target: 'file' | 'folder'
  /** With the dot; empty for folders. */
  extension: string
  options: z.ZodObject
  /** Only labels that do not wait for confirmation. */
  confirmedOnly: boolean
  /** Rows without a class make sense in it. */
  takesUnlabeled: boolean
  /** Images may have several labels. */
  multiLabel: boolean
  /** It is nothing without a split. */
  needsSplit?: true
  /** Of byte-identical images the first file only. */
  firstCopyOnly: (options: unknown) => boolean
  /** Bytes it will write, roughly. */
  size: (counts: { rows: number; imageBytes: number }, options: unknown) => number
}

export const tableRowBytes = 220

/** How images get into a folder. */
export const how = z.enum(['copy', 'hardlink', 'symlink']).default('copy').meta({
  title: 'Images are',
  description:
    'copy: independent files (sharing their blocks where the disk can). hardlink: no extra room, same disk only; editing one edits the original. symlink: no extra room; breaks when the originals move.',
})

export const duplicates = z.boolean().default(false).meta({
  title: 'Include copies',
  description: 'Writes every copy of byte-identical images; otherwise the first one only.',
})

export const dataSheet = z.boolean().default(true).meta({
  title: 'Data sheet',
  description: 'Writes a README.md beside the file: counts, origins, encoder, seeds and checksum.',
})

export const PlacedOptions = z.object({ how, duplicates })
export type PlacedOptions = z.infer<typeof PlacedOptions>

export const DuplicatesOptions = z.object({ duplicates })

const withoutCopies = (options: unknown) => !z.object({ duplicates }).parse(options).duplicates

/** Of formats that put the images into a folder. */
export const placed = {
  target: 'folder',
  extension: '',
  options: PlacedOptions,
  firstCopyOnly: withoutCopies,
  size: ({ rows, imageBytes }, options) => rows * tableRowBytes + (PlacedOptions.parse(options).how === 'copy' ? imageBytes : 0),
} as const satisfies Partial<ExporterDescriptor>

/** Of formats that hold the bytes of the images in containers. */
export const contained = {
  target: 'folder',
  extension: '',
  options: DuplicatesOptions,
  firstCopyOnly: withoutCopies,
  size: ({ rows, imageBytes }) => rows * tableRowBytes + imageBytes,
} as const satisfies Partial<ExporterDescriptor>

/** Of formats that only speak of the images. */
export const metadataOnly = {
  firstCopyOnly: () => false,
  size: ({ rows }) => rows * tableRowBytes,
} as const satisfies Partial<ExporterDescriptor>
