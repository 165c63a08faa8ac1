/** Where the map is looked at from: a place of the map in the middle of the view, and how many pixels a unit of the map takes. */
import type { Bounds } from '@shared/polygon'

export interface Camera {
  /** Map coordinates of the middle of the view. */
  x: number
  y: number
  /** CSS pixels per unit. */
  scale: number
}

export interface Size {
  width: number
  height: number
}

/** y grows upwards on the map and downwards on the screen. */
export const toScreen = (camera: Camera, size: Size, x: number, y: number) => ({
  x: size.width / 2 + (x - camera.x) * camera.scale,
  y: size.height / 2 - (y - camera.y) * camera.scale,
})

export const toMap = (camera: Camera, size: Size, x: number, y: number) => ({
  x: camera.x + (x - size.width / 2) / camera.scale,
  y: camera.y - (y - size.height / 2) / camera.scale,
})

/** What of the map is in view. */
export function boundsOf(camera: Camera, { width, height }: Size): Bounds {
  const [halfWidth, halfHeight] = [width / 2 / camera.scale, height / 2 / camera.scale]
  return { left: camera.x - halfWidth, right: camera.x + halfWidth, bottom: camera.y - halfHeight, top: camera.y + halfHeight }
}

/**
 * Shows all of `bounds` with a margin.
 *
 * @param covered pixels at the left that something else lies on
 */
export function fitted(bounds: Bounds, { width, height }: Size, covered = 0): Camera {
  const free = Math.max(1, (width - covered) * 0.9)
  const fitting = Math.min(
    free / Math.max(bounds.right - bounds.left, 1e-6),
    (height * 0.88) / Math.max(bounds.top - bounds.bottom, 1e-6),
  )
  const scale = Math.min(fitting, 400)
  return { x: (bounds.left + bounds.right) / 2 - covered / 2 / scale, y: (bounds.bottom + bounds.top) / 2, scale }
}

/** Nearer by `factor`, while the place under the pointer stays where it is. */
export function zoomed(
  camera: Camera,
  size: Size,
  factor: number,
  at: { x: number; y: number },
  limits: [number, number],
): Camera {
  const scale = Math.min(limits[1], Math.max(limits[0], camera.scale * factor))
  const place = toMap(camera, size, at.x, at.y)
  return {
    x: place.x - (at.x - size.width / 2) / scale,
    y: place.y + (at.y - size.height / 2) / scale,
    scale,
  }
}

export const panned = (camera: Camera, dx: number, dy: number): Camera => ({
  ...camera,
  x: camera.x - dx / camera.scale,
  y: camera.y + dy / camera.scale,
})

/** Bounds of points, NaN left out; null when there is none. */
export function boundsOfPoints(positions: Float32Array, ordinals?: Iterable<number>): Bounds | null {
  const bounds = { left: Infinity, right: -Infinity, bottom: Infinity, top: -Infinity }
  const include = (ordinal: number) => {
    const [x, y] = [positions[ordinal * 2]!, positions[ordinal * 2 + 1]!]
    if (Number.isNaN(x)) return
    bounds.left = Math.min(bounds.left, x)
    bounds.right = Math.max(bounds.right, x)
    bounds.bottom = Math.min(bounds.bottom, y)
    bounds.top = Math.max(bounds.top, y)
  }
  if (ordinals) for (const ordinal of ordinals) include(ordinal)
  else for (let ordinal = 0; ordinal * 2 < positions.length; ordinal++) include(ordinal)
  return bounds.left <= bounds.right ? bounds : null
}
