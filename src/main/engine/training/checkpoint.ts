/** Checkpoints: a step and its variables in one file that is there whole or not at all. */
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { EngineError } from '../errors'
import type { Values } from '../program'
import { type Tensor, tensor } from '../tensor'

export interface Checkpoint {
  /** Steps done. */
  step: number
  variables: Values
}

interface Header {
  step: number
  variables: { name: string; type: 'float32' | 'int32'; shape: number[] }[]
}

const MAGIC = 'handful checkpoint 1\n'
const arrays = { float32: Float32Array, int32: Int32Array }

/** Writes beside `path`, flushes, renames. */
export function writeCheckpoint(path: string, { step, variables }: Checkpoint): void {
  const entries = Object.entries(variables)
  const header: Header = {
    step,
    variables: entries.map(([name, { type, shape }]) => ({ name, type: type as 'float32', shape: [...shape] })),
  }
  const temporary = `${path}.part`
  const file = openSync(temporary, 'w')
  try {
    writeSync(file, `${MAGIC}${JSON.stringify(header)}\n`)
    for (const [, { data }] of entries) writeAll(file, new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  renameSync(temporary, path)
}

/**
 * @returns undefined when there is none
 * @throws EngineError CHECKPOINT_MISMATCH when the file is no checkpoint
 */
export function readCheckpoint(path: string): Checkpoint | undefined {
  const bytes = readIfThere(path)
  if (!bytes) return undefined
  const end = bytes.indexOf(0x0a, MAGIC.length)
  if (end < 0 || bytes.toString('utf8', 0, MAGIC.length) !== MAGIC) {
    throw new EngineError('CHECKPOINT_MISMATCH', `${path} is not a checkpoint`)
  }
  const header = JSON.parse(bytes.toString('utf8', MAGIC.length, end)) as Header
  const variables: Record<string, Tensor> = {}
  let at = end + 1
  for (const { name, type, shape } of header.variables) {
    const length = shape.reduce((product, side) => product * side, 4)
    const own = new Uint8Array(bytes.subarray(at, at + length))
    if (own.length !== length) throw new EngineError('CHECKPOINT_MISMATCH', `${path} ends in the middle of ${name}`)
    variables[name] = tensor(type, shape, new arrays[type](own.buffer))
    at += length
  }
  return { step: header.step, variables }
}

function writeAll(file: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length;) done += writeSync(file, bytes, done)
}

function readIfThere(path: string): Buffer | undefined {
  try {
    return readFileSync(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
