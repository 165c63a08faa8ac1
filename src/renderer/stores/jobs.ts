/** Long work of the open project, as it is watched. */
import type { Job, JobKind } from '@shared/model'
import { defineStore } from 'pinia'
import { computed, shallowRef, triggerRef, watch } from 'vue'
import { useApi, useConnection } from './connection'
import { useProject } from './project'

const alive = new Set<Job['state']>(['queued', 'running', 'paused'])

export const useJobs = defineStore('jobs', () => {
  const project = useProject()
  const byId = shallowRef(new Map<string, Job>())
  const dismissed = shallowRef(new Set<string>())
  let stop: (() => void) | null = null

  watch(
    () => project.state?.id,
    (id) => {
      stop?.()
      stop = null
      byId.value = new Map()
      if (!id) return
      stop = useConnection().follow({
        open: (signal) => useApi().jobs.watch(undefined, { signal }),
        subscribed: () => (byId.value = new Map()),
        receive(job: Job) {
          byId.value.set(job.id, job)
          triggerRef(byId)
        },
      })
    },
    { immediate: true },
  )

  const list = computed(() => [...byId.value.values()].sort((a, b) => b.createdAt - a.createdAt))
  const running = computed(() => list.value.filter((job) => alive.has(job.state)))
  /** Failed or interrupted since, the newest of each kind, unless put away or done again. */
  const troubled = computed(() =>
    list.value.filter(
      (job, index) =>
        job.state === 'failed' &&
        !dismissed.value.has(job.id) &&
        list.value.findIndex((other) => other.kind === job.kind) === index,
    ),
  )

  return {
    list,
    running,
    troubled,
    /** Under way, else waiting for its turn. */
    active(...kinds: JobKind[]) {
      const some = running.value.filter((job) => kinds.includes(job.kind) && job.state !== 'paused')
      return some.find(({ state }) => state === 'running') ?? some[0]
    },
    paused: (kind: JobKind) => running.value.find((job) => job.kind === kind && job.state === 'paused'),
    latest: (kind: JobKind) => list.value.find((job) => job.kind === kind),
    get: (id: string) => byId.value.get(id),
    dismiss(id: string) {
      dismissed.value = new Set([...dismissed.value, id])
    },
    cancel: (id: string) => useApi().jobs.cancel({ id }),
    pause: (id: string) => useApi().jobs.pause({ id }),
    resume: (id: string) => useApi().jobs.resume({ id }),
  }
})
