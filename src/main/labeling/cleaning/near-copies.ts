/** Near copies: the same picture saved twice, a burst, a crop by a hair. Groups that a split must not tear apart. */
import type { StoredClusters } from '../../cluster/stored'
import { DisjointSets } from '../../engine/disjoint-sets'

/** Distances are 1 − cosine of the centred embeddings. Nothing farther than this is a copy … */
const farthest = 0.1
/** … nor what is not much nearer than either's last neighbour (ratio test, Lowe 2004, section 7.1): many trousers look alike. */
const mostRatio = 0.06
/** Of more copies than neighbours are kept the last is one too: then these, and perceptual hashes that agree … */
const nextToNothing = 0.01
/** … but for this many of 256 bits … */
const mostBits = 16
/** … and this share of those set in either: drawings on an even ground set few. */
const mostShare = 0.2

/**
 * Group of each sample by ordinal, named by the lowest ordinal in it; a sample without near copy is its own group.
 * @param hashes uint8 [ordinals, 32]; see `perceptualHash`
 */
export function nearCopies(
  hashes: Uint8Array,
  { ordinals, neighbours }: Pick<StoredClusters, 'ordinals' | 'neighbours'>,
): Uint32Array {
  const groups = new DisjointSets(hashes.length / 32)
  const { rows, k, ids, similarities } = neighbours
  const reach = (row: number) => 1 - similarities[row * k + k - 1]!
  for (let row = 0; row < rows; row++) {
    for (let at = row * k; at < (row + 1) * k; at++) {
      const distance = 1 - similarities[at]!
      if (distance > farthest) break
      const other = ids[at]!
      const [a, b] = [ordinals[row]!, ordinals[other]!]
      const apart = distance <= mostRatio * Math.min(reach(row), reach(other))
      if (apart || (distance <= nextToNothing && looksTheSame(hashes, a, b))) groups.join(a, b)
    }
  }
  return groups.all()
}

/** By their perceptual hashes. A hash without any bit is that of an even picture and says nothing. */
export function looksTheSame(hashes: Uint8Array, a: number, b: number): boolean {
  let different = 0
  let either = 0
  for (let byte = 0; byte < 32; byte++) {
    const [mine, other] = [hashes[a * 32 + byte]!, hashes[b * 32 + byte]!]
    different += bitCounts[mine ^ other]!
    either += bitCounts[mine | other]!
  }
  return either > 0 && different <= mostBits && different <= mostShare * either
}

const bitCounts = Uint8Array.from({ length: 256 }, (_, byte) => byte.toString(2).replaceAll('0', '').length)
