/** What is selected, shared by grid, board and map, with a history to go back and forward in. */
import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import { nothing, type Picked } from '../grid/selection'
import { useProject } from './project'

const kept = 50

export const usePicked = defineStore('selection', () => {
  const project = useProject()
  const picked = shallowRef<Picked>(nothing)
  const history = shallowRef<Picked[]>([nothing])
  const at = ref(0)

  function set(next: Picked) {
    if (next === picked.value) return
    picked.value = next
    history.value = [...history.value.slice(0, at.value + 1), next].slice(-kept)
    at.value = history.value.length - 1
  }
  function go(by: number) {
    const to = history.value[at.value + by]
    if (!to) return false
    at.value += by
    picked.value = to
    return true
  }
  watch(
    () => project.state?.id,
    () => {
      picked.value = nothing
      history.value = [nothing]
      at.value = 0
    },
    { flush: 'sync' },
  )

  return {
    picked,
    set,
    back: () => go(-1),
    forward: () => go(1),
    canGoBack: computed(() => at.value > 0),
    canGoForward: computed(() => at.value < history.value.length - 1),
  }
})
