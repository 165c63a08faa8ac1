/** The first steps of a newcomer, three at most: shown beside a first project, over once seen or left. */
import { createSharedComposable, useLocalStorage } from '@vueuse/core'
import { computed, ref } from 'vue'
import { useProject } from '../stores/project'
import { shell } from '../strings/shell'

export const useTour = createSharedComposable(() => {
  const project = useProject()
  /** Index of the step shown; the number of steps when the tour is over. */
  const at = useLocalStorage('handful-tour', 0)
  const steps = shell.tour.steps
  const last = steps.length - 1
  /** Asked for by its command: then from the first step, whatever is labeled. */
  const asked = ref(false)
  /** Who labels already needs no telling how. */
  const index = computed(() => (project.counts?.labeled && !asked.value ? Math.max(at.value, last) : at.value))
  return {
    step: computed(() => (project.state ? steps[index.value] : undefined)),
    number: computed(() => index.value + 1),
    total: steps.length,
    next: () => (at.value = index.value + 1),
    end: () => (at.value = steps.length),
    begin() {
      asked.value = true
      at.value = 0
    },
  }
})
