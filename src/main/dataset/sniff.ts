/** What a file is, by its first bytes; names lie. */

export type Format = 'jpeg' | 'png' | 'webp' | 'gif' | 'tiff' | 'bmp' | 'avif' | 'heic' | 'svg' | 'dicom' | 'netpbm'

/** Bytes of a file that `sniff` needs to see. */
export const sniffLength = 1024

/** Null where nothing that can be decoded fits. */
export function sniff(bytes: Uint8Array): Format | null {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, sniffLength)).toString('latin1')
  if (head.startsWith('\xff\xd8')) return 'jpeg'
  if (head.startsWith('\x89PNG')) return 'png'
  if (head.startsWith('GIF8')) return 'gif'
  if (head.startsWith('RIFF') && head.startsWith('WEBP', 8)) return 'webp'
  if (/^(II[*+]\0|MM\0[*+])/.test(head)) return 'tiff'
  if (head.startsWith('BM')) return 'bmp'
  if (head.startsWith('ftyp', 4)) return brandOf(head.slice(8, 32))
  if (head.startsWith('DICM', 128)) return 'dicom'
  if (/^P[56][\s#]/.test(head)) return 'netpbm'
  return /<svg[\s>]/i.test(head) && !/<html[\s>]/i.test(head) ? 'svg' : null
}

function brandOf(brands: string): Format | null {
  if (/avi[fs]/.test(brands)) return 'avif'
  return /hei[cxms]|hev[cxms]|mif1|msf1/.test(brands) ? 'heic' : null
}

/** Images that nothing here decodes, by name, so that a person hears what to do. */
const undecoded: Record<string, string> = {
  ...names('JPEG 2000', 'jp2 j2k jpx jpf j2c'),
  ...names('JPEG XL', 'jxl'),
  ...names('Windows icon', 'ico cur'),
  ...names('Targa', 'tga'),
  ...names('Photoshop', 'psd psb'),
  ...names('PCX', 'pcx'),
  ...names('DirectDraw', 'dds'),
  ...names('OpenEXR', 'exr'),
  ...names('Radiance', 'hdr'),
  ...names('Silicon Graphics', 'sgi rgb rgba bw'),
  ...names('FITS', 'fits fit fts'),
  ...names('ASCII or bitmap PNM', 'pnm pam'),
  ...names('camera RAW', 'cr2 cr3 nef nrw arw srf sr2 dng orf rw2 raf pef srw x3f'),
  ...names('microscope', 'czi nd2 lif lsm oib oif vsi svs ndpi scn mrxs'),
}

/** What `path` names if that is a kind of image which cannot be decoded: `JPEG 2000`. */
export const undecodedKind = (path: Uint8Array): string | null => undecoded[extensionOf(path)] ?? null

const decoded = new Set(
  'jpg jpeg jpe jfif png apng webp gif tif tiff bmp dib avif heic heif hif svg dcm dicom dic pgm ppm'.split(' '),
)

/** Whether a person would expect this name to be an image. */
export function looksLikeImage(path: Uint8Array): boolean {
  const extension = extensionOf(path)
  return decoded.has(extension) || extension in undecoded
}

function extensionOf(path: Uint8Array): string {
  const name = Buffer.from(path.buffer, path.byteOffset, path.byteLength).toString('latin1').toLowerCase()
  const dot = name.lastIndexOf('.')
  return dot > name.lastIndexOf('/') ? name.slice(dot + 1) : ''
}

function names(kind: string, extensions: string): Record<string, string> {
  return Object.fromEntries(extensions.split(' ').map((extension) => [extension, kind]))
}
