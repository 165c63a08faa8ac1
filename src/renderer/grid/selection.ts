/** Which samples are selected: a set of ordinals with an anchor for ranges, or everything the query holds. */
import type { SampleQuery, Selection } from '@shared/model'
import { computed, type Ref } from 'vue'
import { usePicked } from '../stores/selection'

/** Longest list of ordinals an act may carry. */
export const selectionLimit = 10_000

export interface Picked {
  ordinals: ReadonlySet<number>
  /** Everything of the query, minus nothing: a later click starts a new set. */
  all: boolean
  /** Index that a range starts from. */
  anchor: number | null
  /** The outline on the map that the ordinals were chosen by: names them where they are too many to list. */
  region?: [number, number][]
}

export const nothing: Picked = { ordinals: new Set(), all: false, anchor: null }

export const only = (ordinal: number, index: number): Picked => ({ ordinals: new Set([ordinal]), all: false, anchor: index })

export function toggled(picked: Picked, ordinal: number, index: number): Picked {
  const ordinals = new Set(picked.all ? [] : picked.ordinals)
  if (!ordinals.delete(ordinal)) ordinals.add(ordinal)
  return { ordinals, all: false, anchor: index }
}

/** Adds many, or takes them instead of what was there; the anchor stays. */
export function withRange(picked: Picked, ordinals: Iterable<number>, keep: boolean): Picked {
  return { ordinals: new Set([...(keep && !picked.all ? picked.ordinals : []), ...ordinals]), all: false, anchor: picked.anchor }
}

export const isPicked = (picked: Picked, ordinal: number) => picked.all || picked.ordinals.has(ordinal)

export interface SelectionModel {
  picked: Ref<Picked>
  size: Ref<number>
  has(ordinal: number): boolean
  set(next: Picked): void
  clear(): void
  selectAll(): void
  /** What an act takes; null when nothing is selected. */
  selection: Ref<Selection | null>
}

/** `everything` is the query that Select all stands for, with its size; without one, Select all does nothing. */
export function useSelection(everything?: { query: Ref<SampleQuery | null>; total: Ref<number> }): SelectionModel {
  const store = usePicked()
  // "All" meant another page's query.
  if (store.picked.all) store.set(nothing)
  const picked = computed(() => store.picked)
  const set = (next: Picked) => store.set(next)
  const size = computed(() => (picked.value.all ? (everything?.total.value ?? 0) : picked.value.ordinals.size))
  return {
    picked,
    size,
    has: (ordinal) => isPicked(picked.value, ordinal),
    set,
    clear: () => set(nothing),
    selectAll() {
      if (everything && everything.total.value > 0) set({ ...nothing, all: true })
    },
    selection: computed(() => {
      if (size.value === 0) return null
      if (picked.value.all) return everything?.query.value ? { query: everything.query.value } : null
      const { ordinals, region } = picked.value
      if (ordinals.size <= selectionLimit) return { ordinals: [...ordinals] }
      return region ? { query: { region, sort: 'ordinal', descending: false } } : null
    }),
  }
}
