/**
 * Whether mirrored and turned images look like other images of the folder. Where they do, views may be mirrored and turned; where
 * they do not (letters, shoes that all point left, scans in a jig), that would throw away what tells images apart.
 */
import { columnMeans, type Matrix, type MatrixProducts, normalizeRows, shiftRows } from '../engine/linear-algebra'
import type { ImageSource } from '../views/images'
import { describe, type Description, finish } from './describe'
import { principalComponents } from './linear-map'

export interface Symmetries {
  readonly mirrored: boolean
  readonly upsideDown: boolean
  readonly quarterTurns: boolean
}

export interface FoundSymmetries extends Symmetries {
  /** What was found, in plain words. */
  readonly note: string
}

/** Where output pixel (x, y) of an image of this side comes from. */
type Turn = (x: number, y: number, last: number) => readonly [number, number]

const turns = {
  mirror: (x, y, last) => [last - x, y],
  upend: (x, y, last) => [x, last - y],
  half: (x, y, last) => [last - x, last - y],
  quarter: (x, y, last) => [y, last - x],
} satisfies Record<string, Turn>

/** How the turned images compare with the originals. */
interface Likeness {
  /** Share of images that, turned, are at least as similar to another image as they are unturned; 0.5 where turning changes nothing. */
  readonly share: number
  /** Similarity to the nearest other image that turning costs on average. */
  readonly loss: number
}

/** Fewer images say too little. */
const fewest = 8
const components = 128

export async function findSymmetries(
  images: ImageSource,
  chosen: Uint32Array,
  description: Description,
  seed: number,
  products: MatrixProducts,
): Promise<FoundSymmetries> {
  const none = { mirrored: false, upsideDown: false, quarterTurns: false }
  if (chosen.length < fewest) return { ...none, note: 'Too few images to tell whether mirrored ones look alike: assumed not.' }
  const likenessOf = await comparer(images, chosen, description, seed, products)
  const isAlike = ({ share, loss }: Likeness) => share >= 0.45 && loss <= 0.01
  const mirror = await likenessOf(turns.mirror)
  const mirrored = isAlike(mirror)
  const upsideDown = mirrored && isAlike(await likenessOf(turns.upend)) && isAlike(await likenessOf(turns.half))
  const quarterTurns = upsideDown && isAlike(await likenessOf(turns.quarter))
  return { mirrored, upsideDown, quarterTurns, note: noteOf({ mirrored, upsideDown, quarterTurns }, mirror.share) }
}

function noteOf({ mirrored, upsideDown, quarterTurns }: Symmetries, share: number): string {
  const percent = `${Math.round(share * 100)} % of them resemble another image as much as before`
  if (quarterTurns) return 'Mirrored and turned images look like the rest of the folder, so direction does not count.'
  if (upsideDown)
    return 'Mirrored and upside-down images look like the rest of the folder, so left, right, up and down do not count.'
  if (mirrored) return `Mirrored images look like the rest of the folder (${percent}), so left and right do not count.`
  return `Mirrored images look unlike the rest of the folder (${percent}), so left and right count.`
}

async function comparer(
  images: ImageSource,
  chosen: Uint32Array,
  description: Description,
  seed: number,
  products: MatrixProducts,
): Promise<(turn: Turn) => Promise<Likeness>> {
  const plain = await finish(describe(images, chosen, description))
  const mean = columnMeans(plain)
  const centred = shiftRows(plain, mean)
  const { basis } = await principalComponents(centred, Math.min(components, chosen.length - 1), seed, products)
  const originals = normalizeRows(await products.product(centred, basis))
  const before = await nearestOther(originals, originals, products)
  return async (turn) => {
    const change = (pixels: Uint8Array) => turned(pixels, images.size, turn)
    const features = await finish(describe(images, chosen, { ...description, change }))
    const after = await nearestOther(normalizeRows(await products.product(shiftRows(features, mean), basis)), originals, products)
    const rounding = 1e-5
    return {
      share: after.filter((similarity, row) => similarity >= before[row]! - rounding).length / after.length,
      loss: after.reduce((sum, similarity, row) => sum + before[row]! - similarity, 0) / after.length,
    }
  }
}

/** Largest similarity of each row of `x` to a row of `among` that is another sample's. */
async function nearestOther(x: Matrix, among: Matrix, products: MatrixProducts): Promise<Float32Array> {
  const { data } = await products.productRight(x, among)
  return Float32Array.from({ length: x.rows }, (_, row) => {
    let best = -1
    for (let other = 0; other < among.rows; other++) {
      if (other !== row && data[row * among.rows + other]! > best) best = data[row * among.rows + other]!
    }
    return best
  })
}

/** uint8 [n, size, size, 3] with each image turned. */
export function turned(pixels: Uint8Array, size: number, turn: Turn): Uint8Array {
  const result = new Uint8Array(pixels.length)
  const bytes = size * size * 3
  for (let start = 0; start < pixels.length; start += bytes) {
    for (let y = 0, to = start; y < size; y++) {
      for (let x = 0; x < size; x++, to += 3) {
        const [fromX, fromY] = turn(x, y, size - 1)
        const from = start + (fromY * size + fromX) * 3
        result[to] = pixels[from]!
        result[to + 1] = pixels[from + 1]!
        result[to + 2] = pixels[from + 2]!
      }
    }
  }
  return result
}
