/** The pseudo-labels in summary: per class, how many and how sure. */
import type { ReviewSummary } from '@shared/contract/review'
import { defineStore } from 'pinia'
import { computed, shallowRef, watch } from 'vue'
import { coalesce } from './coalesce'
import { useApi } from './connection'
import { useProject } from './project'

export const useReview = defineStore('review', () => {
  const project = useProject()
  const summary = shallowRef<ReviewSummary>()

  const refresh = coalesce(async () => {
    summary.value = project.state ? await useApi().review.summary() : undefined
  })
  watch(
    [() => project.state?.id, () => project.versions.predictions, () => project.versions.labels, () => project.versions.runs],
    () => void refresh().catch(() => undefined),
    { immediate: true },
  )

  const byClass = computed(() => new Map((summary.value?.classes ?? []).map((row) => [row.classId, row])))
  return {
    summary,
    byClass,
    refresh,
    total: computed(() => (summary.value?.classes ?? []).reduce((sum, row) => sum + row.pseudoLabels, 0)),
    async refit() {
      summary.value = await useApi().review.refit()
    },
    countAbove: (minConfidence: number, classId?: string) =>
      useApi().review.countAbove(classId === undefined ? { minConfidence } : { minConfidence, classId }),
    accept: (minConfidence: number, classId?: string) =>
      useApi().review.accept(classId === undefined ? { minConfidence } : { minConfidence, classId }),
  }
})
