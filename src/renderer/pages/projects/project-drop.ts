/** A folder dropped anywhere on the window becomes a new project, or opens when it is one. */
import { useEventListener } from '@vueuse/core'
import { ref } from 'vue'
import { useRouter } from 'vue-router'
import { createSharedComposable } from '@vueuse/core'
import { useHost } from '../../stores/host'
import { useProject } from '../../stores/project'
import { useToasts } from '../../stores/toasts'
import { useNewProject } from './new-project'

export const useProjectDrop = createSharedComposable(() => {
  const over = ref(false)
  const router = useRouter()
  const root = useNewProject()
  const able = () => useHost().capabilities?.drop === true && window.host !== undefined

  async function take(path: string) {
    if (path.endsWith('.handful')) {
      const opened = await useToasts().attempt(async () => {
        await useProject().open(path)
        return true
      })
      if (opened) await router.push('/images')
      return
    }
    await router.push('/projects')
    root.value = path
  }

  useEventListener(window, 'dragover', (event) => {
    event.preventDefault()
    over.value = able() && event.dataTransfer?.types.includes('Files') === true
  })
  useEventListener(window, 'dragleave', (event) => {
    if (event.relatedTarget === null) over.value = false
  })
  useEventListener(window, 'drop', (event) => {
    event.preventDefault()
    over.value = false
    const file = event.dataTransfer?.files[0]
    if (file && able()) void take(window.host!.pathForFile(file))
  })
  return over
})
