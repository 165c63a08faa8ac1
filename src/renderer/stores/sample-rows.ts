/** What is known of the samples on screen: one shared row per ordinal, fetched in batches, fresh after every act. */
import type { Label, SampleRow } from '@shared/model'
import { defineStore } from 'pinia'
import { computed, onScopeDispose, shallowRef, watch, type Ref, type ShallowRef } from 'vue'
import { useApi } from './connection'
import { useProject } from './project'

const batch = 1000
/** Rows that nothing shows, some screens full: with many more, collecting garbage is what makes scrolling stutter. */
const kept = 1_200

interface Held {
  row: ShallowRef<SampleRow | null>
  users: number
}

export const useSampleRows = defineStore('sample-rows', () => {
  const project = useProject()
  const held = new Map<number, Held>()
  let wanted = new Set<number>()
  let scheduled = false

  function entry(ordinal: number): Held {
    let found = held.get(ordinal)
    if (!found) held.set(ordinal, (found = { row: shallowRef(null), users: 0 }))
    return found
  }

  function put(rows: SampleRow[]) {
    for (const row of rows) entry(row.ordinal).row.value = row
    trim()
  }

  function trim() {
    let unused = 0
    for (const { users } of held.values()) if (users === 0) unused++
    if (unused <= kept) return
    for (const [ordinal, { users }] of held) {
      if (users > 0) continue
      held.delete(ordinal)
      if (--unused <= kept / 2) return
    }
  }

  async function fetchWanted() {
    scheduled = false
    const ordinals = [...wanted]
    wanted = new Set()
    for (let at = 0; at < ordinals.length; at += batch) {
      try {
        put(await useApi().samples.rows({ ordinals: ordinals.slice(at, at + batch) }))
      } catch {
        return
      }
    }
  }

  function want(ordinal: number) {
    wanted.add(ordinal)
    if (scheduled) return
    scheduled = true
    queueMicrotask(() => void fetchWanted())
  }

  /** Keeps the row of an ordinal while in use; the answer lets it go. */
  function hold(ordinal: number) {
    const mine = entry(ordinal)
    mine.users++
    if (!mine.row.value) want(ordinal)
    const release = () => {
      mine.users--
    }
    return { row: mine.row, release }
  }

  function refresh() {
    for (const [ordinal, { users }] of held) {
      if (users > 0) want(ordinal)
      else held.delete(ordinal)
    }
  }

  /** Shows labels before the host has confirmed them. */
  function foresee(ordinals: Iterable<number>, change: (labels: Label[]) => Label[]) {
    for (const ordinal of ordinals) {
      const row = held.get(ordinal)?.row
      if (row?.value) row.value = { ...row.value, labels: change(row.value.labels) }
    }
  }

  watch([() => project.versions.labels, () => project.versions.predictions, () => project.versions.samples], refresh)
  watch(
    () => project.state?.id,
    () => held.clear(),
    { flush: 'sync' },
  )

  return { put, hold, refresh, foresee, peek: (ordinal: number) => held.get(ordinal)?.row.value ?? null }
})

/** The row of an ordinal that may change, for as long as the component lives. */
export function useSampleRow(ordinal: () => number | null): Readonly<Ref<SampleRow | null>> {
  const rows = useSampleRows()
  const project = useProject()
  const held = shallowRef<ReturnType<typeof rows.hold> | null>(null)
  watch(
    [ordinal, () => project.state?.id],
    ([wanted]) => {
      held.value?.release()
      held.value = wanted === null ? null : rows.hold(wanted)
    },
    { immediate: true },
  )
  onScopeDispose(() => held.value?.release())
  return computed(() => held.value?.row.value ?? null)
}
