/** Pretext tasks and the runs made with them. */
import type { Task } from '@shared/contract/pretrain'
import type { Run } from '@shared/model'
import { defineStore } from 'pinia'
import { computed, shallowRef, watch } from 'vue'
import { coalesce } from './coalesce'
import { useApi } from './connection'
import { useProject } from './project'

export const useRuns = defineStore('runs', () => {
  const project = useProject()
  const tasks = shallowRef<Task[]>([])
  const list = shallowRef<Run[]>([])

  const refresh = coalesce(async () => {
    list.value = project.state ? await useApi().pretrain.runs() : []
  })
  watch([() => project.state?.id, () => project.versions.runs], () => void refresh().catch(() => undefined), { immediate: true })

  return {
    tasks,
    list,
    refresh,
    active: computed(() => list.value.find((run) => run.active)),
    async loadTasks() {
      tasks.value = await useApi().pretrain.tasks()
    },
    start: (input: Parameters<ReturnType<typeof useApi>['pretrain']['start']>[0]) => useApi().pretrain.start(input),
    activate: (runId: string) => useApi().pretrain.activate({ runId }),
    remove: (runId: string) => useApi().pretrain.remove({ runId }),
  }
})
