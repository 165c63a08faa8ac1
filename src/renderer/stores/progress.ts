/** How far labeling has come. */
import type { LabelingProgress } from '@shared/contract/progress'
import { defineStore } from 'pinia'
import { shallowRef, watch } from 'vue'
import { coalesce } from './coalesce'
import { useApi } from './connection'
import { useProject } from './project'

export const useProgress = defineStore('progress', () => {
  const project = useProject()
  const summary = shallowRef<LabelingProgress>()
  const refresh = coalesce(async () => {
    summary.value = project.state ? await useApi().progress.summary() : undefined
  })
  watch(
    [() => project.state?.id, () => project.versions.predictions, () => project.versions.labels, () => project.versions.runs],
    () => void refresh().catch(() => undefined),
    { immediate: true },
  )
  return { summary, refresh }
})
