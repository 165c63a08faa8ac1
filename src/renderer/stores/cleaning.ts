/** What looks wrong, in numbers: asked for when the page is shown, and again when the person wants it after changes. */
import type { CleaningSummary } from '@shared/contract/cleaning'
import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import { coalesce } from './coalesce'
import { useApi } from './connection'
import { useProject } from './project'
import { useToasts } from './toasts'

export const useCleaning = defineStore('cleaning', () => {
  const project = useProject()
  const toasts = useToasts()
  const summary = shallowRef<CleaningSummary>()
  /** Goes up whenever lists are to be fetched anew. */
  const round = ref(0)
  const looking = ref(false)
  const outdated = ref(false)

  const look = coalesce(async () => {
    if (!project.state?.activeRun) {
      summary.value = undefined
      return
    }
    looking.value = true
    outdated.value = false
    try {
      summary.value = await toasts.attempt(() => useApi().cleaning.summary())
      round.value++
    } finally {
      looking.value = false
    }
  })
  watch(
    () => project.versions.labels,
    () => (outdated.value = true),
  )
  watch([() => project.state?.id, () => project.state?.activeRun], () => (summary.value = undefined))
  return { summary, round, looking: computed(() => looking.value), outdated: computed(() => outdated.value), look }
})
