/** The image folder that a new project is about to be made of, shared by button, drop and dialog. */
import { createGlobalState } from '@vueuse/core'
import { ref } from 'vue'
import { useRouter } from 'vue-router'
import { useChooseFolder } from '../../folders/choose'
import { projects as t } from '../../strings/projects'

export const useNewProject = createGlobalState(() => ref<string | null>(null))

/** Asks for the image folder of a new project, wherever in the app. */
export function useBegin() {
  const router = useRouter()
  const root = useNewProject()
  const choose = useChooseFolder()
  return async () => {
    await router.push('/projects')
    root.value = await choose(t.picker.imagesTitle, 'images')
  }
}
