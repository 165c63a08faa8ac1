/** Renames as Windows needs them: virus scanners and indexers hold new files for a moment. */
import { rename } from 'node:fs/promises'

const passing = new Set(['EPERM', 'EACCES', 'EBUSY', 'ENOTEMPTY'])
/** Pauses between tries, ms: a second and a half in all. */
const pauses = [10, 40, 150, 400, 900]

/** Elsewhere these errors are final, and come at once. */
export async function renamePatiently(
  from: string,
  to: string,
  { platform = process.platform, move = rename }: { platform?: NodeJS.Platform; move?: typeof rename } = {},
): Promise<void> {
  for (const pause of platform === 'win32' ? pauses : []) {
    try {
      await move(from, to)
      return
    } catch (cause) {
      if (!passing.has((cause as NodeJS.ErrnoException).code ?? '')) throw cause
      await new Promise((resolve) => setTimeout(resolve, pause))
    }
  }
  return move(from, to)
}
