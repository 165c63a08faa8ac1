/** The export form as a request of the contract. */
import type { ExportRequest } from '@shared/contract/exports'
import type { Source } from '@shared/model'
import { joinPath } from '../../folders/crumbs'

export type GroupBy = NonNullable<ExportRequest['split']>['groupBy']

export interface ExportForm {
  format: string
  folder: string
  name: string
  options: Record<string, unknown>
  sources: Record<Source, boolean>
  guesses: boolean
  minConfidence: number
  audited: boolean
  unlabeled: boolean
  split: boolean
  /** Whole percents. */
  validation: number | null
  test: number | null
  seed: number | null
  groupBy: GroupBy
}

export const allSources: Source[] = ['human', 'grouped', 'audited', 'propagated', 'imported']

export const emptyForm = (): ExportForm => ({
  format: '',
  folder: '',
  name: '',
  options: {},
  sources: { human: true, grouped: true, audited: true, propagated: true, imported: true },
  guesses: true,
  minConfidence: 0,
  audited: false,
  unlabeled: false,
  split: false,
  validation: 10,
  test: 20,
  seed: 0,
  groupBy: 'none',
})

/** Why the split cannot be made, or false. */
export const splitBroken = ({ split, validation, test, seed }: ExportForm): boolean =>
  split && (validation === null || test === null || seed === null || validation < 0 || test < 0 || validation + test >= 100)

/** Null while something needed is missing. */
export function requestOf(form: ExportForm, replace: boolean): ExportRequest | null {
  if (!form.format || !form.folder || !form.name.trim() || splitBroken(form)) return null
  return {
    format: form.format,
    target: joinPath(form.folder, form.name.trim()),
    replace,
    sources: allSources.filter((source) => form.sources[source]),
    minConfidence: form.guesses ? form.minConfidence : null,
    audited: form.audited,
    unlabeled: form.unlabeled,
    classes: null,
    paths: null,
    split: form.split
      ? {
          validation: (form.validation ?? 0) / 100,
          test: (form.test ?? 0) / 100,
          seed: form.seed ?? 0,
          groupBy: form.groupBy,
        }
      : null,
    options: form.options,
  }
}

/** The file name with the ending that the format wants instead of the one before. */
export function renamed(name: string, before: string, after: string): string {
  const stem = before && name.endsWith(before) ? name.slice(0, -before.length) : name
  return stem + after
}
