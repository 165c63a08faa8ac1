/** Names of clusters on the map: the large ones first, and none over another. */
import { toScreen, type Camera, type Size } from './camera'

export interface Name {
  id: number
  title: string
  /** Map coordinates. */
  x: number
  y: number
  weight: number
}

export interface PlacedName extends Name {
  /** CSS pixels. */
  left: number
  top: number
  width: number
}

const height = 20
const gap = 6
/** Of a longer name the beginning stands for it. */
const widest = 200

/** @param widthOf pixels that a title takes */
export function placeNames(names: Name[], camera: Camera, size: Size, widthOf: (title: string) => number): PlacedName[] {
  const placed: PlacedName[] = []
  for (const name of [...names].sort((a, b) => b.weight - a.weight || a.id - b.id)) {
    const at = toScreen(camera, size, name.x, name.y)
    const width = Math.min(widthOf(name.title) + 14, widest)
    const spot = { left: at.x - width / 2, top: at.y - height / 2 }
    const inView = spot.left >= 0 && spot.top >= 0 && spot.left + width <= size.width && spot.top + height <= size.height
    const free = placed.every(
      (other) =>
        spot.left + width + gap < other.left ||
        other.left + other.width + gap < spot.left ||
        spot.top + height + gap < other.top ||
        other.top + height + gap < spot.top,
    )
    if (inView && free) placed.push({ ...name, ...spot, width })
  }
  return placed
}

/** The member nearest to the mean of each cluster's members, so that a name stands on its cluster even where that is bent. */
export function anchors(positions: Float32Array, categories: Uint16Array): Map<number, { x: number; y: number; size: number }> {
  const sums = new Map<number, { x: number; y: number; size: number }>()
  const count = Math.min(categories.length, positions.length / 2)
  for (let ordinal = 0; ordinal < count; ordinal++) {
    const x = positions[ordinal * 2]!
    if (categories[ordinal] === 0xffff || Number.isNaN(x)) continue
    const sum = sums.get(categories[ordinal]!) ?? { x: 0, y: 0, size: 0 }
    sums.set(categories[ordinal]!, sum)
    sum.x += x
    sum.y += positions[ordinal * 2 + 1]!
    sum.size++
  }
  const nearest = new Map<number, { x: number; y: number; size: number; away: number }>()
  for (let ordinal = 0; ordinal < count; ordinal++) {
    const sum = sums.get(categories[ordinal]!)
    const [x, y] = [positions[ordinal * 2]!, positions[ordinal * 2 + 1]!]
    if (!sum || Number.isNaN(x)) continue
    const away = (x - sum.x / sum.size) ** 2 + (y - sum.y / sum.size) ** 2
    if (away < (nearest.get(categories[ordinal]!)?.away ?? Infinity))
      nearest.set(categories[ordinal]!, { x, y, size: sum.size, away })
  }
  return nearest
}
