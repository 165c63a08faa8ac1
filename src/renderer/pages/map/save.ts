/** Saves the map as the person sees it. */
import { parseHex, pointColors, type Rgb } from '../../map/colors'
import type { PlacedName } from '../../map/names'
import { useToasts } from '../../stores/toasts'
import { map as t } from '../../strings/map'
import { toHex } from '../../labeling/color'
import type { Legend } from './map-data'
import { download, pngOf, svgOf } from './picture'

interface View {
  picture(): HTMLCanvasElement | null
  names(): PlacedName[]
  place(ordinal: number): { x: number; y: number }
  size(): { width: number; height: number }
}

export async function saveMap(
  format: 'png' | 'svg',
  view: View,
  positions: Float32Array,
  legend: Legend | null,
  name: string,
): Promise<void> {
  const canvas = view.picture()
  if (!canvas) return
  const style = getComputedStyle(canvas.parentElement!)
  const drawing = {
    canvas,
    names: view.names(),
    size: view.size(),
    ground: parseHex(toHex(style.backgroundColor)),
    ink: parseHex(toHex(style.color)),
    dots: format === 'svg' && legend ? dotsInView(view, positions, legend) : [],
  }
  const blob = await (format === 'png' ? pngOf(drawing) : svgOf(drawing))
  const file = `${name} map.${format}`
  download(blob, file)
  useToasts().show(t.saved(file), { tone: 'good' })
}

function dotsInView(view: View, positions: Float32Array, legend: Legend): { x: number; y: number; color: Rgb }[] {
  const { width, height } = view.size()
  const colors = pointColors(positions.length / 2, legend, [140, 142, 148])
  const dots: { x: number; y: number; color: Rgb }[] = []
  for (let ordinal = 0; ordinal * 2 < positions.length; ordinal++) {
    if (Number.isNaN(positions[ordinal * 2]!)) continue
    const { x, y } = view.place(ordinal)
    if (x < 0 || y < 0 || x > width || y > height) continue
    dots.push({ x, y, color: [colors[ordinal * 4]!, colors[ordinal * 4 + 1]!, colors[ordinal * 4 + 2]!] })
  }
  return dots
}
