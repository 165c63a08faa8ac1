/** What a file is, by its first bytes; names lie. */

export type Format = 'jpeg' | 'png' | 'webp' | 'gif' | 'tiff' | 'bmp' | 'avif' | 'heic' | 'svg' | 'dicom'

const ascii = (bytes: Uint8Array, from: number, to: number) => Buffer.from(bytes.subarray(from, to)).toString('latin1')

/** Null where nothing known fits. Needs the first 1,024 bytes. */
export function sniff(bytes: Uint8Array): Format | null {
  if (bytes[0] === 0xff && bytes[1] === 0xd8) return 'jpeg'
  if (ascii(bytes, 0, 4) === '\x89PNG') return 'png'
  if (ascii(bytes, 0, 3) === 'GIF') return 'gif'
  if (ascii(bytes, 0, 4) === 'RIFF' && ascii(bytes, 8, 12) === 'WEBP') return 'webp'
  if (['II*\0', 'MM\0*', 'II+\0', 'MM\0+'].includes(ascii(bytes, 0, 4))) return 'tiff'
  if (ascii(bytes, 0, 2) === 'BM') return 'bmp'
  if (ascii(bytes, 4, 8) === 'ftyp') return brandOf(ascii(bytes, 8, 32))
  if (ascii(bytes, 128, 132) === 'DICM') return 'dicom'
  return /<svg[\s>]/i.test(Buffer.from(bytes.subarray(0, 1024)).toString('utf8')) ? 'svg' : null
}

function brandOf(brands: string): Format | null {
  if (/avi[fs]/.test(brands)) return 'avif'
  return /hei[cxms]|hev[cx]|mif1|msf1/.test(brands) ? 'heic' : null
}

const imageExtensions = new Set(
  'jpg jpeg jpe jfif png apng webp gif tif tiff bmp dib avif heic heif svg dcm dicom ico tga psd jp2 jxl cr2 nef arw dng'.split(
    ' ',
  ),
)

/** Whether a person would expect this name to be an image. */
export function looksLikeImage(path: Uint8Array): boolean {
  const name = Buffer.from(path).toString('latin1').toLowerCase()
  return imageExtensions.has(name.slice(name.lastIndexOf('.') + 1))
}
