/** Colours of points: categories far apart in hue, numbers along a ramp that is even to the eye. */

export type Rgb = readonly [number, number, number]

export const noValue = 0xffff

/** viridis (Smith & van der Walt 2015), nine stops. */
const ramp: Rgb[] = [
  [68, 1, 84],
  [71, 44, 122],
  [59, 81, 139],
  [44, 113, 142],
  [33, 144, 141],
  [39, 173, 129],
  [92, 200, 99],
  [170, 220, 50],
  [253, 231, 37],
]

/** `share` 0–1. */
export function rampColor(share: number): Rgb {
  const place = Math.max(0, Math.min(1, share)) * (ramp.length - 1)
  const below = Math.min(ramp.length - 2, Math.floor(place))
  const mix = place - below
  return [0, 1, 2].map((part) => Math.round(ramp[below]![part]! * (1 - mix) + ramp[below + 1]![part]! * mix)) as unknown as Rgb
}

/** The golden angle keeps neighbours in number far apart in hue; three lightnesses tell what hue alone does not. */
export function categoryColor(number: number): Rgb {
  const hue = (number * 137.508 + 20) % 360
  return fromHsl(hue, 0.62, [0.52, 0.4, 0.64][number % 3]!)
}

function fromHsl(hue: number, saturation: number, lightness: number): Rgb {
  const reach = saturation * Math.min(lightness, 1 - lightness)
  const part = (shift: number) => {
    const place = (shift + hue / 30) % 12
    return Math.round(255 * (lightness - reach * Math.max(-1, Math.min(place - 3, 9 - place, 1))))
  }
  return [part(0), part(8), part(4)]
}

export function parseHex(color: string): Rgb {
  const number = Number.parseInt(color.slice(1), 16)
  return [number >> 16, (number >> 8) & 255, number & 255]
}

export const cssColor = ([red, green, blue]: Rgb) => `rgb(${red} ${green} ${blue})`

export interface Coloring {
  kind: 'category' | 'number'
  values: Uint16Array | Float32Array
  colors: Rgb[]
  least: number
  most: number
}

/** uint8 [count, 4]; what has no value is grey and half transparent. */
export function pointColors(count: number, { kind, values, colors, least, most }: Coloring, grey: Rgb): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(count * 4)
  const steps = Array.from({ length: 256 }, (_, step) => rampColor(step / 255))
  const span = most - least || 1
  for (let ordinal = 0; ordinal < count; ordinal++) {
    const value = values[ordinal]
    const none = value === undefined || (kind === 'category' ? value === noValue : Number.isNaN(value))
    const color = none
      ? grey
      : kind === 'category'
        ? (colors[value] ?? grey)
        : steps[Math.max(0, Math.min(255, Math.round(((value - least) / span) * 255)))]!
    bytes[ordinal * 4] = color[0]
    bytes[ordinal * 4 + 1] = color[1]
    bytes[ordinal * 4 + 2] = color[2]
    bytes[ordinal * 4 + 3] = none ? 120 : 225
  }
  return bytes
}
