/** Puts an export in its place whole or not at all: written beside the target under a temporary name, then renamed. */
import { createHash, randomBytes } from 'node:crypto'
import { link, lstat, mkdir, open, readdir, readFile, realpath, rm, rmdir, statfs, unlink, writeFile } from 'node:fs/promises'
import { basename, dirname, join, resolve, sep } from 'node:path'
import { HandfulError } from '@shared/errors'
import { strangersIn } from './marker'
import { renamePatiently } from './rename'

export interface TargetPlan {
  /** Absolute. */
  target: string
  kind: 'file' | 'folder'
  replace: boolean
  imageFolder: string
  projectFolder: string
  /** Names what is written: a killed try with the same one is gone on with. Of folders only. */
  resume?: string
}

/**
 * Checks the target, has `write` fill a temporary path beside it, and renames that to the target.
 * Whatever fails, the target is as it was and the temporary path gone; what a killed try left goes at the next.
 * @throws HandfulError TARGET_EXISTS, TARGET_NOT_EXPORT, TARGET_NOT_WRITABLE, TARGET_INSIDE_IMAGES, NOT_FOUND, DISK_FULL
 */
export async function writeWhole<T>(plan: TargetPlan, write: (path: string) => Promise<T>): Promise<T> {
  const target = resolve(plan.target)
  await checkPlace({ ...plan, target })
  await checkFree({ ...plan, target })
  const prefix = temporaryPrefix(target)
  const temporary = join(dirname(target), `${prefix}${process.pid}-${randomBytes(4).toString('hex')}`)
  const left = plan.resume && plan.kind === 'folder' ? await leftoverOf(dirname(target), prefix, plan.resume) : null
  if (left) await renamePatiently(left, temporary)
  await removeLeftovers(dirname(target), prefix)
  try {
    if (plan.resume && plan.kind === 'folder') {
      await mkdir(temporary, { recursive: true })
      await writeFile(join(temporary, resumeName), plan.resume)
    }
    const result = await write(temporary)
    if (plan.kind === 'folder') await rm(join(temporary, resumeName), { force: true })
    await put(temporary, { ...plan, target })
    return result
  } catch (cause) {
    await rm(temporary, { recursive: true, force: true })
    throw await failureAt(cause, target)
  }
}

/** True when an export with `replace` off would be refused. */
export async function isTaken(target: string, kind: 'file' | 'folder'): Promise<boolean> {
  const stat = await lstat(target).catch(() => null)
  if (!stat) return false
  return !(kind === 'folder' && stat.isDirectory() && (await readdir(target)).length === 0)
}

const temporaryPrefix = (target: string) =>
  `.handful-${createHash('sha256').update(basename(target)).digest('hex').slice(0, 12)}-`

/** Never into the image folder, by whatever links it is reached, and never among the project's own files. */
async function checkPlace({ target, imageFolder, projectFolder }: TargetPlan): Promise<void> {
  const parent = await realpath(dirname(target)).catch(() => {
    throw new HandfulError('NOT_FOUND', { path: dirname(target) })
  })
  const place = join(parent, basename(target))
  const real = await realpath(place).catch(() => place)
  const inside = async (folder: string) => {
    const root = await realpath(folder).catch(() => resolve(folder))
    return [place, real].some((path) => `${path}${sep}`.startsWith(root.endsWith(sep) ? root : `${root}${sep}`))
  }
  if (await inside(imageFolder)) throw new HandfulError('TARGET_INSIDE_IMAGES', { path: target })
  if (await inside(projectFolder)) {
    throw new HandfulError('BAD_PARAMETER', { name: 'target', reason: `${target} is among the project's own files` })
  }
}

async function checkFree({ target, kind, replace }: TargetPlan): Promise<void> {
  if (!(await isTaken(target, kind))) return
  if (!replace) throw new HandfulError('TARGET_EXISTS', { path: target })
  const stat = await lstat(target)
  if (kind === 'file') {
    if (stat.isDirectory()) throw new HandfulError('TARGET_NOT_EXPORT', { path: target, reason: 'it is a folder' })
    return
  }
  if (!stat.isDirectory()) throw new HandfulError('TARGET_NOT_EXPORT', { path: target, reason: 'it is not a folder' })
  const reason = await strangersIn(target)
  if (reason) throw new HandfulError('TARGET_NOT_EXPORT', { path: target, reason })
}

async function put(temporary: string, { target, kind, replace }: TargetPlan): Promise<void> {
  if (kind === 'file') await (replace ? renamePatiently(temporary, target) : putNewFile(temporary, target))
  else await putFolder(temporary, target, replace)
  await syncFolder(dirname(target))
}

/** `link` refuses a target that came up meanwhile; where there are no hard links, a last look has to do. */
async function putNewFile(temporary: string, target: string): Promise<void> {
  try {
    await link(temporary, target)
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST') throw new HandfulError('TARGET_EXISTS', { path: target }, { cause })
    if (await isTaken(target, 'file')) throw new HandfulError('TARGET_EXISTS', { path: target }, { cause })
    return renamePatiently(temporary, target)
  }
  await unlink(temporary)
}

async function putFolder(temporary: string, target: string, replace: boolean): Promise<void> {
  if (!(await isTaken(target, 'folder'))) {
    await rmdir(target).catch(() => undefined) // Windows does not rename onto an empty folder
    return renamePatiently(temporary, target)
  }
  if (!replace) throw new HandfulError('TARGET_EXISTS', { path: target })
  const old = `${temporary}-old`
  await renamePatiently(target, old)
  try {
    await renamePatiently(temporary, target)
  } catch (cause) {
    await renamePatiently(old, target)
    throw cause
  }
  await rm(old, { recursive: true, force: true })
}

/** Makes the rename itself durable; file systems that cannot are left alone. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => null)
  await handle?.sync().catch(() => undefined)
  await handle?.close()
}

const resumeName = '.handful-resume'

/** What a killed try at the same export has left. */
async function leftoverOf(folder: string, prefix: string, resume: string): Promise<string | null> {
  for (const name of (await readdir(folder).catch(() => [])).filter((one) => one.startsWith(prefix))) {
    if (isAlive(Number.parseInt(name.slice(prefix.length), 10))) continue
    const said = await readFile(join(folder, name, resumeName), 'utf8').catch(() => null)
    if (said === resume) return join(folder, name)
  }
  return null
}

/** Temporary files of this target whose process is gone. */
async function removeLeftovers(folder: string, prefix: string): Promise<void> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.startsWith(prefix))
  for (const name of names) {
    const owner = Number.parseInt(name.slice(prefix.length), 10)
    if (!isAlive(owner)) await rm(join(folder, name), { recursive: true, force: true })
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (cause) {
    return (cause as NodeJS.ErrnoException).code === 'EPERM'
  }
}

async function failureAt(cause: unknown, path: string): Promise<unknown> {
  switch ((cause as NodeJS.ErrnoException | null)?.code) {
    case 'ENOSPC':
    case 'EDQUOT': {
      const disk = await statfs(dirname(path)).catch(() => null)
      return new HandfulError('DISK_FULL', { path, needed: null, free: disk && disk.bavail * disk.bsize }, { cause })
    }
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new HandfulError('TARGET_NOT_WRITABLE', { path }, { cause })
    default:
      return cause
  }
}
