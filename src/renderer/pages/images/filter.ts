/** The filters of the images page as a query. */
import type { GroupBy, Likeness, SampleQuery } from '@shared/model'
import { refDebounced } from '@vueuse/core'
import { computed, reactive, toRef } from 'vue'

export type Show = 'all' | 'labeled' | 'unlabeled' | 'unknown' | 'missing' | 'unconfirmed' | 'best' | 'spare'

export interface Filter {
  text: string
  show: Show
  /** A class's id, or `any`. */
  classId: string
  /** A guessed class's id, or `any`. */
  predictedId: string
  /** Percent; 0 and 100 ask for nothing. */
  minConfidence: number
  maxConfidence: number
  /** A cluster's number, or `any`. */
  clusterId: string
  camera: string
  folder: string
  /** Days as `2026-01-31`, or empty. */
  takenFrom: string
  takenTo: string
  similar: Likeness | null
  sort: SampleQuery['sort']
  groupBy: GroupBy | 'none'
  descending: boolean
}

export const noFilter: Filter = {
  text: '',
  show: 'all',
  classId: 'any',
  predictedId: 'any',
  minConfidence: 0,
  maxConfidence: 100,
  clusterId: 'any',
  camera: '',
  folder: '',
  takenFrom: '',
  takenTo: '',
  similar: null,
  sort: 'ordinal',
  groupBy: 'none',
  descending: false,
}

const shows: Record<Show, Partial<SampleQuery>> = {
  all: {},
  labeled: { labeled: true },
  unlabeled: { labeled: false },
  unknown: { classId: null },
  missing: { missing: true },
  unconfirmed: { unconfirmed: true },
  best: { bestShots: true },
  spare: { bestShots: false },
}

/** Of these the most come first unless asked otherwise. */
const mostFirst: Filter['sort'][] = ['novelty', 'disagreement']

/** An order leaves nothing out. */
const unfiltered = { sort: '', groupBy: '', descending: false }
const dayLength = 86_400_000

/** @param granularity at which cluster numbers are meant */
export function queryOf(filter: Filter, duplicates: boolean, granularity = 0.5): SampleQuery {
  return {
    ...shows[filter.show],
    ...(filter.classId !== 'any' && filter.show !== 'unknown' ? { classId: filter.classId } : {}),
    ...(filter.text.trim() ? { text: filter.text.trim() } : {}),
    ...(duplicates ? { duplicates: true } : {}),
    ...moreOf(filter, granularity),
    sort: filter.sort === 'similarity' && !filter.similar ? 'ordinal' : filter.sort,
    descending: filter.descending !== mostFirst.includes(filter.sort),
    ...(filter.groupBy === 'none' ? {} : { groupBy: filter.groupBy, granularity }),
  }
}

function moreOf(filter: Filter, granularity: number): Partial<SampleQuery> {
  // A camera's clock counts as if it were UTC.
  const from = Date.parse(`${filter.takenFrom}T00:00Z`)
  const to = Date.parse(`${filter.takenTo}T00:00Z`)
  return {
    ...(filter.predictedId !== 'any' ? { predictedId: filter.predictedId } : {}),
    ...(filter.minConfidence > 0 ? { minConfidence: filter.minConfidence / 100 } : {}),
    ...(filter.maxConfidence < 100 ? { maxConfidence: filter.maxConfidence / 100 } : {}),
    ...(filter.clusterId !== 'any' ? { clusterId: Number(filter.clusterId), granularity } : {}),
    ...(filter.camera.trim() ? { camera: filter.camera.trim() } : {}),
    ...(filter.folder.trim() ? { folder: filter.folder.trim().replace(/\/+$/, '') } : {}),
    ...(Number.isNaN(from) ? {} : { takenFrom: from }),
    ...(Number.isNaN(to) ? {} : { takenTo: to + dayLength - 1 }),
    ...(filter.similar ? { similar: filter.similar } : {}),
  }
}

/** How many of the filters behind "More" are set. */
export function moreCount(filter: Filter): number {
  return Object.keys(moreOf({ ...filter, similar: null }, 0)).filter((name) => name !== 'granularity').length
}

export function useFilter(duplicates: () => boolean, granularity: () => number) {
  const filter = reactive<Filter>({ ...noFilter })
  const text = refDebounced(toRef(filter, 'text'), 200)
  const camera = refDebounced(toRef(filter, 'camera'), 300)
  const folder = refDebounced(toRef(filter, 'folder'), 300)
  const query = computed(() =>
    queryOf({ ...filter, text: text.value, camera: camera.value, folder: folder.value }, duplicates(), granularity()),
  )
  const plain = computed(() => JSON.stringify({ ...filter, ...unfiltered }) === JSON.stringify({ ...noFilter, ...unfiltered }))
  return { filter, query, plain, reset: () => Object.assign(filter, noFilter) }
}
