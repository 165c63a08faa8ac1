/** Places of samples on the maps of two runs, coloured alike. */
import { bytesOf, headLength } from '../../map/bytes'
import { categoryColor, noValue, parseHex, pointColors, type Rgb } from '../../map/colors'
import { useApi } from '../../stores/connection'
import { useClasses } from '../../stores/classes'
import { toHex } from '../../labeling/color'

const grey: Rgb = [150, 150, 150]

/** x and y of each ordinal, NaN where it has none; null for a run without a map. */
export async function placesOf(runId: string): Promise<Float32Array | null> {
  const bytes = await bytesOf(`/media/map?run=${runId}`)
  return bytes && new Float32Array(bytes, headLength)
}

export interface SampleColors {
  /** uint8 [count, 4] */
  colors: Uint8Array
  by: 'class' | 'cluster'
}

/** By the labels given, or before there are any by the clusters of the run in use. */
export async function sampleColors(count: number): Promise<SampleColors> {
  const api = useApi()
  const byId = useClasses().byId
  const read = async (by: SampleColors['by']) => {
    const [legend, bytes] = await Promise.all([
      api.map.legend({ field: by, granularity: null }),
      bytesOf(`/media/column?field=${by}`),
    ])
    const values = new Uint16Array(bytes ?? new ArrayBuffer(0))
    const colors = legend.values.map((name, number) => {
      const known = by === 'class' ? byId.get(name) : undefined
      return known ? parseHex(toHex(known.color)) : categoryColor(number)
    })
    const coloring = { kind: 'category', values, colors, least: 0, most: 1 } as const
    return { by, colors: pointColors(count, coloring, grey), any: values.some((value) => value !== noValue) }
  }
  const labeled = await read('class')
  return labeled.any ? labeled : read('cluster')
}

/** Takes places to pixels of a square with a margin, y upwards. */
export function fitting(places: Float32Array, side: number, margin = 8): (ordinal: number) => Point {
  let [left, right, low, high] = [Infinity, -Infinity, Infinity, -Infinity]
  for (let at = 0; at < places.length; at += 2) {
    const [x, y] = [places[at]!, places[at + 1]!]
    if (Number.isNaN(x)) continue
    left = Math.min(left, x)
    right = Math.max(right, x)
    low = Math.min(low, y)
    high = Math.max(high, y)
  }
  const scale = (side - 2 * margin) / Math.max(right - left, high - low, 1e-9)
  const [middleX, middleY] = [(left + right) / 2, (low + high) / 2]
  return (ordinal) => ({
    x: side / 2 + (places[2 * ordinal]! - middleX) * scale,
    y: side / 2 - (places[2 * ordinal + 1]! - middleY) * scale,
  })
}

/** Dots that a small picture can show. */
const mostDots = 20_000

/** Ordinals that have a place; of very many samples every so-manyth, the same ones in every run. */
export function drawnSamples(places: Float32Array, most = mostDots): Uint32Array {
  const count = places.length / 2
  const every = Math.max(1, Math.ceil(count / most))
  const all = Uint32Array.from({ length: Math.ceil(count / every) }, (_, at) => at * every)
  return all.filter((ordinal) => !Number.isNaN(places[2 * ordinal]!))
}

export interface Point {
  x: number
  y: number
}

/** The way each arrow key goes. */
export const arrows: Readonly<Record<string, Point>> = {
  ArrowLeft: { x: -1, y: 0 },
  ArrowRight: { x: 1, y: 0 },
  ArrowUp: { x: 0, y: -1 },
  ArrowDown: { x: 0, y: 1 },
}

/** The drawn sample nearest to a point in the quarter of the plane that lies a way; null where there is none. */
export function sampleTowards(drawn: Uint32Array, place: (ordinal: number) => Point, from: Point, way: Point): number | null {
  let [found, least]: [number | null, number] = [null, Infinity]
  for (const ordinal of drawn) {
    const { x, y } = place(ordinal)
    const along = (x - from.x) * way.x + (y - from.y) * way.y
    const aside = (x - from.x) * way.y - (y - from.y) * way.x
    const distance = along ** 2 + aside ** 2
    if (along > 0 && Math.abs(aside) <= along && distance < least) [found, least] = [ordinal, distance]
  }
  return found
}

/** The drawn sample nearest to a point, within so many pixels. */
export function nearestSample(drawn: Uint32Array, place: (ordinal: number) => Point, point: Point, within = 12): number | null {
  let [found, least]: [number | null, number] = [null, within * within]
  for (const ordinal of drawn) {
    const { x, y } = place(ordinal)
    const distance = (x - point.x) ** 2 + (y - point.y) ** 2
    if (distance < least) [found, least] = [ordinal, distance]
  }
  return found
}
