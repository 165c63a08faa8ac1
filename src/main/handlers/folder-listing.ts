/** Folders as the app's own picker shows them, for hosts without a native dialog. */
import { existsSync } from 'node:fs'
import { readdir, realpath, stat } from 'node:fs/promises'
import { homedir, userInfo } from 'node:os'
import { basename, dirname, join, resolve } from 'node:path'
import type { FolderListing } from '@shared/contract/host'
import { HandfulError } from '@shared/errors'
import { looksLikeImage } from '../dataset/sniff'

const mostCounted = 10_000
const byName = new Intl.Collator('en', { numeric: true, sensitivity: 'base' })

/** @throws HandfulError NOT_FOUND, NOT_A_FOLDER, NOT_PERMITTED */
export async function listFolder(asked: string | null): Promise<FolderListing> {
  const path = resolve(asked ?? homedir())
  const entries = await readdir(path, { withFileTypes: true }).catch((cause: NodeJS.ErrnoException) => {
    throw listingError(cause, path)
  })
  const folders: FolderListing['folders'] = []
  let images = 0
  for (const entry of entries) {
    if (entry.name.startsWith('.')) continue
    const place = join(path, entry.name)
    if (entry.isDirectory() || (entry.isSymbolicLink() && (await isFolder(place))))
      folders.push({ name: entry.name, path: place, project: existsSync(join(place, 'project.sqlite')) })
    else if (images < mostCounted && looksLikeImage(Buffer.from(entry.name))) images++
  }
  folders.sort((a, b) => byName.compare(a.name, b.name))
  const parent = dirname(path)
  return { path, parent: parent === path ? null : parent, folders, images, places: await places() }
}

/** Why a folder could not be listed. */
export function listingError({ code }: NodeJS.ErrnoException, path: string): HandfulError {
  if (code === 'ENOTDIR') return new HandfulError('NOT_A_FOLDER', { path })
  if (code === 'EACCES' || code === 'EPERM') return new HandfulError('NOT_PERMITTED', { path })
  return new HandfulError('NOT_FOUND', { path })
}

const isFolder = (path: string) =>
  stat(path).then(
    (info) => info.isDirectory(),
    () => false,
  )

/** Home, its usual folders, and what is mounted. */
async function places(): Promise<FolderListing['places']> {
  const home = homedir()
  const usual = ['Pictures', 'Documents', 'Downloads', 'Desktop'].map((name) => ({ name, path: join(home, name) }))
  const found = [{ name: 'Home', path: home }, ...usual, ...(await mounted())].filter(({ path }) => existsSync(path))
  const real = await Promise.all(found.map(({ path }) => realpath(path).catch(() => path)))
  return found.filter((_, index) => real.indexOf(real[index]!) === index)
}

async function mounted(): Promise<FolderListing['places']> {
  if (process.platform === 'win32')
    return Array.from({ length: 24 }, (_, index) => `${String.fromCharCode(67 + index)}:\\`).map((path) => ({ name: path, path }))
  const user = userInfo().username
  const parents = process.platform === 'darwin' ? ['/Volumes'] : [`/media/${user}`, `/run/media/${user}`, '/mnt']
  const drives = await Promise.all(
    parents.map(async (parent) => {
      const entries = await readdir(parent, { withFileTypes: true }).catch(() => [])
      return entries.filter((entry) => !entry.name.startsWith('.')).map((entry) => join(parent, entry.name))
    }),
  )
  return [...drives.flat().map((path) => ({ name: basename(path), path })), { name: 'Computer', path: '/' }]
}
