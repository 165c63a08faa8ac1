/** What decoders hand over: upright RGB pixels, small enough to keep, and facts about the whole image. */

export interface Pixels {
  /** RGB, row by row. */
  data: Uint8Array
  width: number
  height: number
}

export interface Raster extends Pixels {
  /** Of the whole image, upright, px. */
  fullWidth: number
  fullHeight: number
  /** In plain words, for the person: `First frame of 12.` */
  notes: string[]
  /** Where the camera's facts are: a TIFF block, or a whole file. */
  exif: Buffer | null
}

/** How large a raster is wanted: no longer than `long`, unless its shorter side would fall below `short`. */
export interface Want {
  long: number
  short: number
}

/** Longest raster kept for an extreme strip of an image, px. */
const longest = 4096

/** The size at which an image is kept: never enlarged. */
export function wantedSize(width: number, height: number, { long, short }: Want): { width: number; height: number } {
  const [longer, shorter] = width > height ? [width, height] : [height, width]
  const scale = Math.min(1, longest / longer, Math.max(long / longer, short / shorter))
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) }
}

/** Whole images decoded by other means than libvips: 8 bits, 1 grey, 3 RGB or 4 RGBA channels. */
export interface WholeImage {
  width: number
  height: number
  channels: 1 | 3 | 4
  data: Uint8Array
  notes: string[]
}

/**
 * Pixels that decoders take on. Above the largest medium-format cameras; decoders that hold the whole image at once get less, so that
 * two at a time stay below 2 GB.
 */
export const pixelLimit = { streamed: 250e6, whole: 120e6 }
