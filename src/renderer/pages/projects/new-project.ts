/** The image folder that a new project is about to be made of, shared by button, drop and dialog. */
import { createGlobalState } from '@vueuse/core'
import { ref } from 'vue'

export const useNewProject = createGlobalState(() => ref<string | null>(null))
