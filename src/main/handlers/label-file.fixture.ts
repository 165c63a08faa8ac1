/** Label files taken over without a worker. */
import type { Store } from '../store/open'
import { openReader } from '../store/reader'
import { readLabelFile } from '../workers/lookup/label-file'
import { type ImportedLabels, importLabelFile, type LabelFileChoices } from './label-file'

export function importInto(store: Store, choices: LabelFileChoices): Promise<ImportedLabels> {
  return importLabelFile(store, choices, async (file) => {
    const reader = openReader(store.folder)
    try {
      return await readLabelFile(reader, file)
    } finally {
      reader.close()
    }
  })
}
