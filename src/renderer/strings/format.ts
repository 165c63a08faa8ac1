/** Numbers, sizes and times as a person reads them. */
const integer = new Intl.NumberFormat('en')
const percentage = new Intl.NumberFormat('en', { style: 'percent', maximumFractionDigits: 0 })
const finePercentage = new Intl.NumberFormat('en', { style: 'percent', minimumFractionDigits: 1, maximumFractionDigits: 1 })
const day = new Intl.DateTimeFormat('en', { dateStyle: 'medium' })
const moment = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short' })

export const formatCount = (value: number) => integer.format(value)
export const formatPercent = (fraction: number) => percentage.format(fraction)
export const formatFinePercent = (fraction: number) => finePercentage.format(fraction)
export const formatDay = (at: number) => day.format(at)
export const formatMoment = (at: number) => moment.format(at)

const cameraMoment = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' })
const cameraDay = new Intl.DateTimeFormat('en', { dateStyle: 'full', timeZone: 'UTC' })
/** When a photo was taken, by the camera's clock: it is kept as if it were UTC. */
export const formatTaken = (at: number) => cameraMoment.format(at)
export const formatTakenDay = (at: number) => cameraDay.format(at)
export const formatTakenSpan = (first: number, last: number) => cameraMoment.formatRange(first, last)

/** `1,204 images`, `1 image`. */
export const plural = (value: number, one: string, many = `${one}s`) => `${formatCount(value)} ${value === 1 ? one : many}`

/** A name or path in a sentence, which keeps its own direction of writing: Arabic in English does not turn what stands around it. */
export const isolated = (name: string) => `\u2068${name}\u2069`

export function formatBytes(bytes: number): string {
  if (bytes < 1000) return plural(bytes, 'byte')
  const units = ['kB', 'MB', 'GB', 'TB']
  let value = bytes / 1000
  let unit = 0
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000
    unit++
  }
  return `${value.toFixed(value < 10 ? 1 : 0)} ${units[unit]}`
}

export function formatSeconds(seconds: number): string {
  if (seconds < 1) return 'under a second'
  if (seconds < 60) return `${Math.round(seconds)} s`
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`
  return `${Math.floor(seconds / 3600)} h ${Math.round((seconds % 3600) / 60)} min`
}

export function formatRate(perSecond: number): string {
  return `${perSecond < 10 ? perSecond.toFixed(1) : formatCount(Math.round(perSecond))} per second`
}

/** `just now`, `5 min ago`, `3 h ago`, then the day. */
export function formatAgo(at: number, now: number): string {
  const minutes = Math.floor((now - at) / 60_000)
  if (minutes < 1) return 'just now'
  if (minutes < 60) return `${minutes} min ago`
  if (minutes < 24 * 60) return `${Math.floor(minutes / 60)} h ago`
  return formatDay(at)
}
