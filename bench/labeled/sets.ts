/** The labeled sets of the data folder: a folder each, whose subfolders are the classes. */
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** Sets of the data folder that have no classes. */
const unlabeled = new Set(['bccd_blood', 'nasty', 'photo_mix'])

/** `--data`, or HANDFUL_DATA. */
export function dataFolder(given: Record<string, string>): string {
  const data = given['data'] ?? process.env['HANDFUL_DATA']
  if (!data) throw new Error('Give --data <folder of labeled sets>, or set HANDFUL_DATA.')
  return data
}

/** In the order of the alphabet. */
export const labeledSets = (data: string) =>
  readdirSync(data)
    .filter((name) => !unlabeled.has(name) && statSync(join(data, name)).isDirectory())
    .sort()

export const classCountOf = (folder: string) =>
  readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory()).length
