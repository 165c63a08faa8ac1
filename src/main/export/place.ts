/** Puts an image at its place in an export: linked as asked where the file system can, otherwise by the next best way, which is told. */
import { constants } from 'node:fs'
import { access, copyFile, link, stat, symlink } from 'node:fs/promises'

export type Way = 'symlink' | 'hardlink' | 'copy'

/** From the cheapest to the one that always works. */
const ways: Way[] = ['symlink', 'hardlink', 'copy']
/** No rights or no support for this kind of link, another disk, too many links. */
const cannotLink = new Set(['EXDEV', 'EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'EMLINK', 'ENOSYS', 'EINVAL'])

const makers: Record<Way, (source: Buffer, target: string) => Promise<void>> = {
  symlink: (source, target) => symlink(source, target),
  hardlink: (source, target) => link(source, target),
  copy: (source, target) => copyFile(source, target, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE),
}

export class Placer {
  readonly #asked: Way
  readonly #makers: typeof makers
  /** Images by the way in which they got to their place. */
  readonly counts: Record<Way, number> = { symlink: 0, hardlink: 0, copy: 0 }

  constructor(asked: Way, how: typeof makers = makers) {
    this.#asked = asked
    this.#makers = how
  }

  /**
   * @param bytes size at the import
   * @returns why the image could not be had, or null
   */
  async place(source: Buffer, target: string, bytes: number): Promise<string | null> {
    const now = await stat(source).catch(() => null)
    if (!now) return 'the file is gone'
    if (now.size !== bytes) return 'the file has changed since the import'
    for (const way of ways.slice(ways.indexOf(this.#asked))) {
      try {
        await this.#makers[way](source, target)
        this.counts[way]++
        return null
      } catch (cause) {
        if (!(await mayRead(source))) return 'the file may not be read'
        if (way === 'copy' || !cannotLink.has((cause as NodeJS.ErrnoException).code ?? '')) throw cause
      }
    }
    return null
  }

  /** What was done otherwise than asked; null when nothing was. */
  get note(): string | null {
    const { hardlink, copy } = this.counts
    const parts = [
      ...(this.#asked === 'symlink' && hardlink > 0 ? [`${hardlink.toLocaleString('en')} hard links`] : []),
      ...(this.#asked !== 'copy' && copy > 0 ? [`${copy.toLocaleString('en')} copies`] : []),
    ]
    const wanted = this.#asked === 'symlink' ? 'symbolic links' : 'hard links'
    return parts.length > 0 ? `${parts.join(' and ')} where ${wanted} cannot be made` : null
  }
}

/** For the data sheet. */
export function imagesNote(asked: Way, { note }: Placer): string {
  const plain = {
    copy: 'copies',
    hardlink: 'hard links to the originals (editing one edits the original)',
    symlink: 'symbolic links to the originals',
  }
  return plain[asked] + (note ? `; ${note}` : '')
}

const mayRead = (path: Buffer) =>
  access(path, constants.R_OK).then(
    () => true,
    () => false,
  )
