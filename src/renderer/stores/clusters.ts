/** The clusters of the active run at the chosen granularity. */
import type { Cluster } from '@shared/model'
import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import { coalesce } from './coalesce'
import { useApi } from './connection'
import { useProject } from './project'
import { messageOf } from './toasts'

export const useClusters = defineStore('clusters', () => {
  const project = useProject()
  /** What the person asked for; null is the clustering's own choice. */
  const asked = ref<number | null>(null)
  /** What the list below was made with. */
  const granularity = ref(0.5)
  const list = shallowRef<Cluster[]>([])
  const outliers = ref(0)
  const error = ref<string | null>(null)
  const loading = ref(false)

  const refresh = coalesce(async () => {
    if (!project.state?.counts.clusters) {
      list.value = []
      return
    }
    loading.value = true
    try {
      const answer = await useApi().clusters.list({ granularity: asked.value })
      granularity.value = answer.granularity
      list.value = answer.clusters
      outliers.value = answer.outliers
      error.value = null
    } catch (cause) {
      error.value = messageOf(cause)
    } finally {
      loading.value = false
    }
  })

  watch(
    [
      () => project.state?.id,
      () => project.versions.clusters,
      () => project.versions.labels,
      () => project.state?.counts.clusters,
      () => asked.value,
    ],
    () => void refresh(),
    { immediate: true },
  )
  watch(
    () => project.state?.id,
    () => (asked.value = null),
  )

  return {
    asked,
    granularity,
    list,
    outliers,
    error,
    loading,
    refresh,
    byId: computed(() => new Map(list.value.map((cluster) => [cluster.id, cluster]))),
    recluster: (seed: number) => useApi().clusters.start({ seed }),
  }
})
