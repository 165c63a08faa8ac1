/** What an importer of labels is. Adding one is one file and its line in the registry. */
import type { Source } from '@shared/model'
import { HandfulError } from '@shared/errors'
import type { Split } from '../splits'

/** What one row, object or file of a label file says of an image: a label, or that there is none. */
export interface LabelLine {
  /** Of the file, from 1; where it has no lines, the number of the entry. */
  line: number
  path: string | null
  /** Lower-case hex. */
  sha256: string | null
  /** Null: no label in this row. */
  label: string | null
  source?: Source | null
  /** 0–1. */
  confidence?: number | null
  split?: Split | null
}

export interface Importer {
  id: string
  title: string
  help: string
  /** From the name and whether it is a folder alone: `annotations.xml`. */
  takes(path: string, isFolder: boolean, entries: readonly string[]): boolean
  /** @throws HandfulError LABEL_FILE with the place, NOT_FOUND, NOT_PERMITTED */
  read(path: string): AsyncIterable<LabelLine>
}

export const wrong = (path: string, reason: string, options?: ErrorOptions) =>
  new HandfulError('LABEL_FILE', { path, reason, unknown: [], count: 0 }, options)

const splitNames: Record<string, Split> = {
  train: 'train',
  training: 'train',
  val: 'val',
  valid: 'val',
  validation: 'val',
  test: 'test',
}

/** As any program calls it; null for what is none. */
export const splitOf = (name: unknown): Split | null =>
  typeof name === 'string' ? (splitNames[name.trim().toLowerCase()] ?? null) : null

const sources = new Set<unknown>(['human', 'grouped', 'audited', 'propagated', 'imported'])
export const sourceOf = (name: unknown): Source | null => (sources.has(name) ? (name as Source) : null)

export function confidenceOf(value: unknown): number | null {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  return typeof number === 'number' && number >= 0 && number <= 1 ? number : null
}

export const textOf = (value: unknown): string | null => (typeof value === 'string' && value.trim() !== '' ? value : null)

/** SHA-256 in hex, or null. */
export function hashOf(value: unknown): string | null {
  const text = typeof value === 'string' ? value.trim().toLowerCase() : ''
  return /^[0-9a-f]{64}$/.test(text) ? text : null
}
