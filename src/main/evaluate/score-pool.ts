/** The samples that encoders are scored on: held back from training where the folder is large enough to spare some. */
import { draw, random } from '../engine/random'
import { type ImageSource, subset } from '../views/images'

export interface ScorePool {
  readonly images: ImageSource
  /** Positions in the source that the pool was made of, by position in `images`. */
  readonly positions: Uint32Array
  /** The first so many images are looked for among all; the others are only there to be told from. */
  readonly asked: number
}

/** Images in a pool: the chance of finding one by luck is the same from project to project, but for small ones. */
const poolSize = 400
/** Smaller folders learn from all their images: there each one counts. */
const fewestToSpare = 640
const [fewestHeld, heldShare] = [64, 0.05]

/** Draws are the same for every run, so that runs can be compared. */
const poolSeed = 0x706f

/**
 * Which images a run learns from and which it is scored on. Held back are the first in the source: in canonical order, by content hash,
 * that is a draw which stays when images come. Small folders hold back nothing and are scored on views that no fit has seen.
 */
export function holdBack(images: ImageSource): { learned: ImageSource; pool: ScorePool } {
  const { count } = images
  const held = count < fewestToSpare ? 0 : Math.min(poolSize, Math.max(fewestHeld, Math.floor(count * heldShare)))
  if (held === 0) return { learned: images, pool: poolOf(images, poolSize) }
  const first = Uint32Array.from({ length: held }, (_, at) => at)
  const rest = Uint32Array.from({ length: count - held }, (_, at) => held + at)
  const others = draw(rest.length, poolSize - held, random(poolSeed)).map((at) => rest[at]!)
  const positions = Uint32Array.from([...first, ...others])
  return { learned: subset(images, rest), pool: { images: subset(images, positions), positions, asked: held } }
}

/** At most so many images of the source, all of them asked. */
export function poolOf(images: ImageSource, most: number): ScorePool {
  const positions = draw(images.count, most, random(poolSeed)).sort()
  return { images: subset(images, positions), positions, asked: positions.length }
}
