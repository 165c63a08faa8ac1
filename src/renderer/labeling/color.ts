/** Any CSS colour as `#rrggbb`, which is what a colour input takes. */
export function toHex(color: string): string {
  if (/^#[0-9a-f]{6}$/i.test(color)) return color
  const context = document.createElement('canvas').getContext('2d')
  if (!context) return '#888888'
  context.fillStyle = '#888888'
  context.fillStyle = color
  const found = context.fillStyle
  if (found.startsWith('#')) return found
  context.fillRect(0, 0, 1, 1)
  const [red = 0, green = 0, blue = 0] = context.getImageData(0, 0, 1, 1).data
  return `#${[red, green, blue].map((part) => part.toString(16).padStart(2, '0')).join('')}`
}
