/** The map as a file: PNG with every dot, or SVG whose names stay text. */
import { cssColor, type Rgb } from '../../map/colors'
import type { PlacedName } from '../../map/names'

/** More dots than this would make a drawing that few programs open: they become one picture inside it. */
const mostShapes = 20_000

export interface Drawing {
  canvas: HTMLCanvasElement
  names: PlacedName[]
  size: { width: number; height: number }
  ground: Rgb
  ink: Rgb
  /** Dots in view, CSS pixels, for a drawing of shapes. */
  dots: { x: number; y: number; color: Rgb }[]
}

export async function pngOf({ canvas, names, size, ground, ink }: Drawing): Promise<Blob> {
  const flat = new OffscreenCanvas(canvas.width, canvas.height)
  const context = flat.getContext('2d')!
  const ratio = canvas.width / size.width
  context.fillStyle = cssColor(ground)
  context.fillRect(0, 0, flat.width, flat.height)
  context.drawImage(canvas, 0, 0)
  context.font = `600 ${12 * ratio}px system-ui, sans-serif`
  context.textAlign = 'center'
  context.textBaseline = 'middle'
  for (const { title, left, top, width } of names) {
    const [x, y] = [(left + width / 2) * ratio, (top + 10) * ratio]
    context.lineWidth = 4 * ratio
    context.strokeStyle = cssColor(ground)
    context.strokeText(title, x, y, width * ratio)
    context.fillStyle = cssColor(ink)
    context.fillText(title, x, y, width * ratio)
  }
  return flat.convertToBlob({ type: 'image/png' })
}

const escaped = (text: string) => text.replace(/[&<>"]/g, (letter) => `&#${letter.charCodeAt(0)};`)

export async function svgOf(drawing: Drawing): Promise<Blob> {
  const { names, size, ground, ink, dots } = drawing
  const body =
    dots.length <= mostShapes
      ? dots
          .map(({ x, y, color }) => `<circle cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="2" fill="${cssColor(color)}"/>`)
          .join('\n')
      : `<image width="${size.width}" height="${size.height}" href="${await dataAddress(await pngOf({ ...drawing, names: [] }))}"/>`
  const texts = names.map(
    ({ title, left, top, width }) =>
      `<text x="${(left + width / 2).toFixed(1)}" y="${(top + 14).toFixed(1)}" text-anchor="middle" font-family="sans-serif" font-size="12" font-weight="600" fill="${cssColor(ink)}" stroke="${cssColor(ground)}" stroke-width="3" paint-order="stroke">${escaped(title)}</text>`,
  )
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${size.width}" height="${size.height}" viewBox="0 0 ${size.width} ${size.height}">
<rect width="100%" height="100%" fill="${cssColor(ground)}"/>
${body}
${texts.join('\n')}
</svg>`
  return new Blob([svg], { type: 'image/svg+xml' })
}

function dataAddress(blob: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader()
    reader.onload = () => resolve(reader.result as string)
    reader.onerror = () => reject(reader.error ?? new Error('the picture could not be read'))
    reader.readAsDataURL(blob)
  })
}

/** Hands a file to the person the way the browser does. */
export function download(blob: Blob, name: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(blob)
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
}
