/** The first steps of a newcomer, three at most: shown beside a first project, over once seen or left. */
import { createSharedComposable, useLocalStorage } from '@vueuse/core'
import { computed, watch } from 'vue'
import { useProject } from '../stores/project'
import { shell } from '../strings/shell'

export const useTour = createSharedComposable(() => {
  const project = useProject()
  /** Index of the step shown; the number of steps when the tour is over. */
  const at = useLocalStorage('handful-tour', 0)
  const steps = shell.tour.steps
  const last = steps.length - 1
  // Who labels already needs no telling how.
  watch(
    () => (project.counts?.labeled ?? 0) > 0,
    (labels) => {
      if (labels && at.value < last) at.value = last
    },
    { immediate: true },
  )
  return {
    step: computed(() => (project.state ? steps[at.value] : undefined)),
    number: computed(() => at.value + 1),
    total: steps.length,
    next: () => at.value++,
    end: () => (at.value = steps.length),
    begin: () => (at.value = 0),
  }
})
