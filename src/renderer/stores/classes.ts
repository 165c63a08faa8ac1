/** The classes of the open project. */
import type { ClassRow } from '@shared/model'
import { defineStore } from 'pinia'
import { computed, shallowRef, watch } from 'vue'
import { coalesce } from './coalesce'
import { useApi } from './connection'
import { useLabeling } from './labeling'
import { useProject } from './project'

export const useClasses = defineStore('classes', () => {
  const project = useProject()
  const acts = useLabeling()
  const list = shallowRef<ClassRow[]>([])
  const byId = computed(() => new Map(list.value.map((row) => [row.id, row])))
  const byKey = computed(() => new Map(list.value.flatMap((row) => (row.key === null ? [] : [[row.key, row] as const]))))

  const refresh = coalesce(async () => {
    list.value = project.state ? await useApi().classes.list() : []
  })
  watch(
    [() => project.state?.id, () => project.versions.classes, () => project.versions.labels],
    () => void refresh().catch(() => undefined),
    { immediate: true },
  )

  function put(row: ClassRow) {
    list.value = list.value.some(({ id }) => id === row.id)
      ? list.value.map((other) => (other.id === row.id ? row : other))
      : [...list.value, row]
    return row
  }

  /** The class of that name in any letter case, made when there is none. */
  async function named(name: string): Promise<ClassRow> {
    const wanted = name.trim()
    const known = list.value.find((row) => row.name.toLowerCase() === wanted.toLowerCase())
    return known ?? put(await useApi().classes.create({ name: wanted }))
  }

  return {
    list,
    byId,
    byKey,
    named,
    refresh,
    async update(change: Parameters<ReturnType<typeof useApi>['classes']['update']>[0]) {
      put(await useApi().classes.update(change))
      await refresh()
    },
    async merge(from: string[], into: string) {
      const entry = await useApi().classes.merge({ from, into })
      list.value = list.value.filter((row) => !from.includes(row.id))
      acts.tell(entry)
    },
    async remove(id: string) {
      const entry = await useApi().classes.remove({ id })
      list.value = list.value.filter((row) => row.id !== id)
      acts.tell(entry)
    },
  }
})
