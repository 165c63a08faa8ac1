/** Points inside a lasso, and what lies around it. */

export interface Bounds {
  left: number
  right: number
  bottom: number
  top: number
}

export type Polygon = [number, number][]

/** Even-odd rule (Shimrat 1962). */
export function inPolygon(polygon: Polygon, x: number, y: number): boolean {
  let inside = false
  for (let at = 0, before = polygon.length - 1; at < polygon.length; before = at++) {
    const [ax, ay] = polygon[at]!
    const [bx, by] = polygon[before]!
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside
  }
  return inside
}

export function boundsOfPolygon(polygon: Polygon): Bounds {
  const xs = polygon.map(([x]) => x)
  const ys = polygon.map(([, y]) => y)
  return { left: Math.min(...xs), right: Math.max(...xs), bottom: Math.min(...ys), top: Math.max(...ys) }
}

export const rectangle = ({ left, right, bottom, top }: Bounds): Polygon => [
  [left, bottom],
  [right, bottom],
  [right, top],
  [left, top],
]

/** Fewer corners with the same outline: every n-th, at most `most`. */
export function thinned(polygon: Polygon, most: number): Polygon {
  const stride = Math.ceil(polygon.length / most)
  return polygon.filter((_, at) => at % stride === 0)
}
