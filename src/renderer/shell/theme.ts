/** Light, dark, or as the system has it; remembered on this machine. */
import { createSharedComposable, useLocalStorage } from '@vueuse/core'
import { watch } from 'vue'

export type Theme = 'auto' | 'light' | 'dark'

export const useTheme = createSharedComposable(() => {
  const theme = useLocalStorage<Theme>('handful-theme', 'auto')
  watch(
    theme,
    (value) => {
      if (value === 'auto') delete document.documentElement.dataset['theme']
      else document.documentElement.dataset['theme'] = value
    },
    { immediate: true },
  )
  return theme
})
