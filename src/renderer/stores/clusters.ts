/** The clusters of the active run at the chosen granularity. */
import type { Cluster, Selection } from '@shared/model'
import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import { label as t } from '../strings/label'
import { coalesce } from './coalesce'
import { useApi } from './connection'
import { useLabeling } from './labeling'
import { useProject } from './project'
import { messageOf } from './toasts'

/** Id of the cluster that holds the outliers; those that a person made are below it. */
export const outlierId = -1

export const useClusters = defineStore('clusters', () => {
  const project = useProject()
  const acts = useLabeling()
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
      () => project.versions.members,
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

  const byId = computed(() => new Map(list.value.map((cluster) => [cluster.id, cluster])))
  const places = computed(() => new Map(list.value.map(({ id }, at) => [id, at + 1])))
  /** What a cluster is called on screen: its name, else its place on the board. */
  function titleOf(id: number): string {
    if (id === outlierId) return t.cluster.outliers
    return byId.value.get(id)?.name ?? t.cluster.name(places.value.get(id) ?? Math.abs(id) + 1)
  }

  return {
    asked,
    granularity,
    list,
    outliers,
    error,
    loading,
    refresh,
    byId,
    titleOf,
    /** Acts on clusters as they are shown; undone like any other. */
    merge: (ids: number[]) => acts.take(() => useApi().clusters.merge({ clusters: ids, granularity: granularity.value })),
    split: (cluster: number) => acts.take(() => useApi().clusters.split({ cluster, granularity: granularity.value })),
    dissolve: (cluster: number) => acts.take(() => useApi().clusters.dissolve({ cluster, granularity: granularity.value })),
    rename: (cluster: number, name: string | null) =>
      acts.take(() => useApi().clusters.rename({ cluster, granularity: granularity.value, name })),
    takeOut: (selection: Selection) => acts.take(() => useApi().clusters.takeOut({ selection })),
    add: (cluster: number, ordinals: number[]) =>
      acts.take(() => useApi().clusters.add({ cluster, granularity: granularity.value, ordinals })),
    /** Answers its number as one that a person made, once it is in the list. */
    async keep(cluster: number): Promise<number> {
      const made = await useApi().clusters.keep({ cluster, granularity: granularity.value })
      await refresh()
      return made.cluster
    },
    recluster: (seed: number) => useApi().clusters.start({ seed }),
  }
})
