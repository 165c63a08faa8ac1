/** Small drawn images for tests: discs, crosses and stripes at slightly different places, on noise. */
import { random } from '../engine/random'
import { type ImageSource, imagesInMemory } from '../views/images'

export type Shape = 0 | 1 | 2

const inside: ((x: number, y: number) => boolean)[] = [
  (x, y) => x * x + y * y < 0.35,
  (x, y) => (Math.abs(x) < 0.18 || Math.abs(y) < 0.18) && Math.max(Math.abs(x), Math.abs(y)) < 0.75,
  (x, y) => Math.floor((y + 2) * 4) % 2 === 0 && Math.max(Math.abs(x), Math.abs(y)) < 0.75,
]
const tints = [
  [1, 0.4, 0.3],
  [0.3, 1, 0.5],
  [0.4, 0.4, 1],
] as const

/** Shapes in turn: image i shows shape i mod 3. */
export function shapes(
  count: number,
  size: number,
  colour: 'grey' | 'colour',
  seed = 0,
): { images: ImageSource; classes: Shape[] } {
  const pixels = new Uint8Array(count * size * size * 3)
  const classes = Array.from({ length: count }, (_, index) => (index % 3) as Shape)
  classes.forEach((shape, index) => {
    const from = random(seed, index)
    const [dx, dy, light] = [from.between(-0.2, 0.2), from.between(-0.2, 0.2), from.between(120, 220)]
    for (let at = 0; at < size * size; at++) {
      const x = (((at % size) + 0.5) / size) * 2 - 1 - dx
      const y = ((Math.floor(at / size) + 0.5) / size) * 2 - 1 - dy
      const value = (inside[shape]!(x, y) ? light : 30) + from.between(0, 25)
      for (let channel = 0; channel < 3; channel++) {
        const tint = colour === 'colour' ? tints[(index >> 2) % 3]![channel]! : 1
        pixels[(index * size * size + at) * 3 + channel] = value * tint
      }
    }
  })
  return { images: imagesInMemory(pixels, size), classes }
}
