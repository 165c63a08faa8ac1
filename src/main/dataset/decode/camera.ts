/** When and with what a photo was taken, from its EXIF block. */
import exifr from 'exifr'

export interface CameraFacts {
  /** The camera's clock, as Unix ms of a clock on UTC: cameras rarely know where they are. */
  takenAt: number | null
  camera: string | null
}

const nothing: CameraFacts = { takenAt: null, camera: null }

/** Broken EXIF is no reason to do without the image: it answers nulls. */
export async function cameraFacts(exif: Buffer | null): Promise<CameraFacts> {
  if (!exif) return nothing
  const options = { pick: ['DateTimeOriginal', 'Make', 'Model'], reviveValues: false, translateValues: false }
  const tags = (await exifr.parse(exif, options).catch(() => undefined)) as Record<string, unknown> | undefined
  if (!tags) return nothing
  return { takenAt: clockOf(tags['DateTimeOriginal']), camera: nameOf(tags['Make'], tags['Model']) }
}

/** `2021:05:31 06:07:08` */
function clockOf(value: unknown): number | null {
  const parts = typeof value === 'string' ? /^(\d{4})[:-](\d\d)[:-](\d\d)[ T](\d\d):(\d\d):(\d\d)/.exec(value) : null
  if (!parts) return null
  const [year, month, day, hour, minute, second] = parts.slice(1).map(Number) as [number, number, number, number, number, number]
  const clock = Date.UTC(year, month - 1, day, hour, minute, second)
  return year > 1800 && month >= 1 && month <= 12 && day >= 1 && day <= 31 ? clock : null
}

/** Maker and model; many models begin with the maker's name already. */
function nameOf(make: unknown, model: unknown): string | null {
  const text = (value: unknown) =>
    typeof value === 'string'
      ? value
          .replace(/[^\p{L}\p{N}\p{P}\p{S} ]/gu, '')
          .trim()
          .slice(0, 100)
      : ''
  const [maker, type] = [text(make), text(model)]
  if (type.toLowerCase().startsWith(maker.toLowerCase())) return type || null
  return `${maker} ${type}`.trim() || null
}
