/** Files that are there whole or not at all, whenever the process or the machine ends. */
import { closeSync, copyFileSync, fsyncSync, openSync, renameSync, writeFileSync } from 'node:fs'

/** Writes beside `path`, flushes, renames. */
export function writeWhole(path: string, content: Uint8Array | string): void {
  writeFileSync(`${path}.part`, content, { flush: true })
  renameSync(`${path}.part`, path)
}

/** As `writeWhole`, from another file. */
export function copyWhole(from: string, to: string): void {
  copyFileSync(from, `${to}.part`)
  const file = openSync(`${to}.part`, 'r+')
  fsyncSync(file)
  closeSync(file)
  renameSync(`${to}.part`, to)
}
