/** The filters of the images page as a query. */
import type { SampleQuery } from '@shared/model'
import { refDebounced } from '@vueuse/core'
import { computed, reactive, toRef } from 'vue'

export type Show = 'all' | 'labeled' | 'unlabeled' | 'unknown' | 'missing' | 'unconfirmed'

export interface Filter {
  text: string
  show: Show
  /** A class's id, or empty for any. */
  classId: string
  sort: SampleQuery['sort']
  descending: boolean
}

export const noFilter: Filter = { text: '', show: 'all', classId: 'any', sort: 'ordinal', descending: false }

const shows: Record<Show, Partial<SampleQuery>> = {
  all: {},
  labeled: { labeled: true },
  unlabeled: { labeled: false },
  unknown: { classId: null },
  missing: { missing: true },
  unconfirmed: { unconfirmed: true },
}

export function queryOf(filter: Filter, duplicates: boolean): SampleQuery {
  return {
    ...shows[filter.show],
    ...(filter.classId !== 'any' && filter.show !== 'unknown' ? { classId: filter.classId } : {}),
    ...(filter.text.trim() ? { text: filter.text.trim() } : {}),
    ...(duplicates ? { duplicates: true } : {}),
    sort: filter.sort,
    descending: filter.descending,
  }
}

export function useFilter(duplicates: () => boolean) {
  const filter = reactive<Filter>({ ...noFilter })
  const text = refDebounced(toRef(filter, 'text'), 200)
  const query = computed(() => queryOf({ ...filter, text: text.value }, duplicates()))
  const plain = computed(() => filter.text === '' && filter.show === 'all' && filter.classId === 'any')
  return { filter, query, plain, reset: () => Object.assign(filter, noFilter) }
}
