/** The open project: its state, and a counter per topic that says when to fetch again. */
import type { ProjectEvent, ProjectState } from '@shared/model'
import { defineStore } from 'pinia'
import { computed, reactive, ref, shallowRef } from 'vue'
import { coalesce } from './coalesce'
import { useApi, useConnection } from './connection'

export type Topic = ProjectEvent['changed'][number]
type Creation = Parameters<ReturnType<typeof useApi>['projects']['create']>[0]

const topics: Topic[] = ['project', 'samples', 'labels', 'classes', 'clusters', 'members', 'predictions', 'runs', 'jobs']

export const useProject = defineStore('project', () => {
  const state = shallowRef<ProjectState | null>(null)
  const loaded = ref(false)
  const versions = reactive(Object.fromEntries(topics.map((topic) => [topic, 0])) as Record<Topic, number>)
  let stop: (() => void) | null = null

  function changed(...which: Topic[]) {
    for (const topic of which) versions[topic]++
  }

  const refresh = coalesce(async () => {
    const next = await useApi().projects.state()
    loaded.value = true
    adopt(next)
  })

  function adopt(next: ProjectState | null) {
    const other = next?.id !== state.value?.id
    state.value = next
    if (!other) return
    stop?.()
    stop = next && watchProject()
    changed(...topics)
  }

  const refreshQuietly = () => void refresh().catch(() => undefined)

  function watchProject() {
    let first = true
    return useConnection().follow({
      open: (signal) => useApi().projects.events(undefined, { signal }),
      subscribed() {
        if (!first) changed(...topics)
        first = false
        refreshQuietly()
      },
      receive(event: ProjectEvent) {
        changed(...event.changed)
        refreshQuietly()
      },
    })
  }

  return {
    state,
    loaded,
    versions,
    changed,
    refresh,
    root: computed(() => state.value?.root ?? ''),
    counts: computed(() => state.value?.counts),
    async create(input: Creation) {
      adopt(await useApi().projects.create(input))
    },
    async open(folder: string) {
      adopt(await useApi().projects.open({ folder }))
    },
    async close() {
      await useApi().projects.close()
      adopt(null)
    },
    rescan: (root?: string) => useApi().projects.rescan(root === undefined ? {} : { root }),
  }
})
