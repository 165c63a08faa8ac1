/** Scores of runs while they train and at their end, and accuracies by the labels given, for as long as the page is open. */
import type { RunAccuracies } from '@shared/contract/pretrain'
import type { LookRecord } from '@shared/look'
import { shallowRef, watch } from 'vue'
import { coalesce } from '../../stores/coalesce'
import { useApi } from '../../stores/connection'
import { useProject } from '../../stores/project'

export type RunLooks = LookRecord & { runId: string }

export function useRunScores() {
  const project = useProject()
  const looks = shallowRef<RunLooks[]>([])
  const accuracies = shallowRef<RunAccuracies | null>(null)
  const readLooks = coalesce(async () => {
    looks.value = project.state ? await useApi().pretrain.looks() : []
  })
  const readAccuracies = coalesce(async () => {
    accuracies.value = project.state
      ? await useApi()
          .pretrain.accuracies()
          .catch(() => null)
      : null
  })
  // Those of another project say nothing here while they are read.
  watch(
    () => project.state?.id,
    () => (accuracies.value = null),
  )
  const quietly = (read: () => Promise<void>) => () => void read().catch(() => undefined)
  watch([() => project.state?.id, () => project.versions.jobs, () => project.versions.runs], quietly(readLooks), {
    immediate: true,
  })
  watch([() => project.state?.id, () => project.versions.labels, () => project.versions.runs], quietly(readAccuracies), {
    immediate: true,
  })
  return { looks, accuracies }
}
