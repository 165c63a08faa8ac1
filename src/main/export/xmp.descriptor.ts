/** What the xmp export is called, asks for and makes. */
import { z } from 'zod'
import { type ExporterDescriptor, metadataOnly } from './descriptor'

export const XmpOptions = z.object({
  guesses: z.boolean().default(false).meta({
    title: 'Include what nobody confirmed',
    description: 'Off: only labels that a person gave or accepted become keywords.',
  }),
})

export const xmp: ExporterDescriptor = {
  id: 'xmp',
  title: 'XMP sidecars',
  help: 'Keywords for digiKam, Lightroom, darktable and exiftool: a sidecar per photo, merged with the one it has. Photos are not touched.',
  ...metadataOnly,
  group: 'tools',
  target: 'folder',
  extension: '',
  options: XmpOptions,
  confirmedOnly: true,
  takesUnlabeled: false,
  multiLabel: true,
  size: ({ rows }) => rows * 2000,
}
