/** Every importer of labels; the first that takes a path reads it, unless the person says which. */
import { readdir, stat } from 'node:fs/promises'
import { HandfulError } from '@shared/errors'
import { coco } from './coco'
import { cvat } from './cvat'
import { fiftyone } from './fiftyone'
import { folders } from './folders'
import { imagefolder } from './imagefolder'
import { type Importer, wrong } from './importer'
import { labelStudio } from './label-studio'
import { parquet } from './parquet'
import { csv, jsonl } from './tables'
import { xmp } from './xmp'

/** Folder per class comes last: it takes every folder. */
export const importers: readonly Importer[] = [imagefolder, csv, jsonl, fiftyone, coco, labelStudio, cvat, parquet, xmp, folders]

/**
 * @param id null: told by its name and what is in it
 * @throws HandfulError NOT_FOUND, UNKNOWN_ID, LABEL_FILE when no importer takes it
 */
export async function importerFor(path: string, id: string | null): Promise<Importer> {
  const found = await stat(path).catch(() => {
    throw new HandfulError('NOT_FOUND', { path })
  })
  if (id !== null) {
    const asked = importers.find((one) => one.id === id)
    if (!asked) throw new HandfulError('UNKNOWN_ID', { what: 'label format', id })
    return asked
  }
  const entries = found.isDirectory() ? await entriesOf(path) : []
  const taken = importers.find((one) => one.takes(path, found.isDirectory(), entries))
  if (!taken) throw wrong(path, `no format is known by this name; choose one of ${importers.map((one) => one.id).join(', ')}`)
  return taken
}

/** Names at the top and one level below, with sidecars deeper down told by one of them. */
async function entriesOf(path: string): Promise<string[]> {
  const names: string[] = []
  for (const entry of await readdir(path, { withFileTypes: true })) {
    names.push(entry.name)
    if (entry.isDirectory())
      names.push(
        ...(await readdir(`${path}/${entry.name}`).catch(() => [])).slice(0, 1000).map((below) => `${entry.name}/${below}`),
      )
  }
  return names
}
