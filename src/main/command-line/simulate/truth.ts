/** What the simulated person knows: the class of an image is the name of its top-level folder. */
import { createHash } from 'node:crypto'
import { HandfulError } from '@shared/errors'
import { displayPath } from '@shared/paths'
import type { FileRow } from '../../store/reader'

export interface Truth {
  /** Alphabetical. */
  classes: string[]
  /** By ordinal. */
  classOf: Map<number, string>
  /** Content hash in hex, by ordinal. */
  hashOf: Map<number, string>
  /** Images that lie in several class folders. */
  ambiguous: number
}

/**
 * Byte-identical copies are one image. When they lie in folders of several classes, its class is the one with the most copies, of
 * equal ones the first in the alphabet.
 * @throws HandfulError BAD_PARAMETER when an image lies in no folder, or there are fewer than two classes
 */
export function readTruth(files: Iterable<Pick<FileRow, 'ordinal' | 'path' | 'sha256'>>): Truth {
  const copies = new Map<number, Map<string, number>>()
  const hashOf = new Map<number, string>()
  for (const { ordinal, path, sha256 } of files) {
    const slash = path.indexOf('/')
    if (slash < 0) throw wrong(`${displayPath(path)} lies in no folder, so its class is not known`)
    const name = displayPath(path.subarray(0, slash))
    const counts = copies.get(ordinal) ?? new Map<string, number>()
    copies.set(ordinal, counts.set(name, (counts.get(name) ?? 0) + 1))
    hashOf.set(ordinal, sha256.toString('hex'))
  }
  const classOf = new Map([...copies].map(([ordinal, counts]) => [ordinal, mostOf(counts)]))
  const classes = [...new Set(classOf.values())].sort()
  if (classes.length < 2) throw wrong('a simulation needs images in at least two folders, one for each class')
  return { classes, classOf, hashOf, ambiguous: [...copies.values()].filter(({ size }) => size > 1).length }
}

const wrong = (reason: string) => new HandfulError('BAD_PARAMETER', { name: 'folder', reason })

const mostOf = (counts: Map<string, number>) =>
  [...counts].reduce((best, one) => (one[1] > best[1] || (one[1] === best[1] && one[0] < best[0]) ? one : best))[0]

/**
 * The oracle protocol: `count` images of every class, drawn uniformly with the truth. A class keeps at least one image to score,
 * unless it has only one. Larger counts contain the smaller ones. The draw goes by content, whatever the files are called.
 */
export function drawPerClass({ classes, classOf, hashOf }: Truth, count: number, seed: number): number[] {
  const key = (ordinal: number) =>
    createHash('sha256')
      .update(`${seed}\n${hashOf.get(ordinal)}`)
      .digest('hex')
  const members = Map.groupBy(classOf.keys(), (ordinal) => classOf.get(ordinal)!)
  return classes.flatMap((name) => {
    const mine = members.get(name)!
    const order = new Map(mine.map((ordinal) => [ordinal, key(ordinal)]))
    const drawn = mine.sort((a, b) => (order.get(a)! < order.get(b)! ? -1 : 1))
    return drawn.slice(0, Math.min(count, Math.max(1, mine.length - 1)))
  })
}
