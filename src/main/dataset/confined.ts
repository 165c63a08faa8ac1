/** Images stay in their folder: a file that became a link to somewhere else since the scan is not read. */
import { realpath } from 'node:fs/promises'
import { sep } from 'node:path'
import { joinBytes } from '@shared/paths'
import { ImageProblem, problemOf } from './problem'

export interface ImageFolder {
  root: Buffer
  /** The person asked for what links lead to. */
  followLinks: boolean
}

/**
 * The absolute path of an image.
 * @param path below the folder
 * @throws ImageProblem where links lead out of the folder and are not followed, or where the file is gone
 */
export async function confined({ root, followLinks }: ImageFolder, path: Buffer): Promise<Buffer> {
  const absolute = joinBytes(root, path)
  if (followLinks) return absolute
  const [folder, file] = await Promise.all([realpath(root, 'buffer'), realpath(absolute, 'buffer')]).catch((cause: unknown) => {
    throw problemOf(cause)
  })
  const within = folder.at(-1) === sep.charCodeAt(0) ? folder : Buffer.concat([folder, Buffer.from(sep)])
  if (!file.subarray(0, within.length).equals(within)) {
    throw new ImageProblem('unreadable', 'A link in its place leads out of the image folder.')
  }
  return absolute
}
