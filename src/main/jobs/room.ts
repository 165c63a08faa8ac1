/** Room on the disk, asked for before it is needed. */
import { statfs } from 'node:fs/promises'
import { HandfulError } from '@shared/errors'

/** @param needed bytes @throws HandfulError DISK_FULL */
export async function checkRoom(folder: string, needed: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder)
  const free = bavail * bsize
  if (free < needed) throw new HandfulError('DISK_FULL', { path: folder, needed, free })
}
