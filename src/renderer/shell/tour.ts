/** The first steps of a newcomer, three at most: shown beside a first project, over once seen or left. */
import { createSharedComposable, useLocalStorage } from '@vueuse/core'
import { computed } from 'vue'
import { useProject } from '../stores/project'
import { shell } from '../strings/shell'

export const useTour = createSharedComposable(() => {
  const project = useProject()
  /** Index of the step shown; the number of steps when the tour is over. */
  const at = useLocalStorage('handful-tour', 0)
  const steps = shell.tour.steps
  return {
    step: computed(() => (project.state ? steps[at.value] : undefined)),
    number: computed(() => at.value + 1),
    total: steps.length,
    next: () => at.value++,
    end: () => (at.value = steps.length),
    begin: () => (at.value = 0),
  }
})
