/** The whole image of a sample; its thumbnail while the file cannot be had, as when its drive is not connected. */
import { computed, ref } from 'vue'
import { useMedia } from '../grid/media'

export function useWholeImage(ordinal: () => number) {
  const { image, thumb } = useMedia()
  const failed = ref<number | null>(null)
  const away = computed(() => failed.value === ordinal())
  return {
    src: computed(() => (away.value ? thumb : image)(ordinal())),
    /** Its file cannot be had. */
    away,
    fail: () => (failed.value = ordinal()),
  }
}
