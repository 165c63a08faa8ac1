/** The sample shown in detail beside a grid: once open, it goes where the grid's keys go. */
import { ref } from 'vue'

export function useDetail() {
  const detail = ref<number | null>(null)
  function follow(ordinal: number | null) {
    if (detail.value !== null && ordinal !== null) detail.value = ordinal
  }
  return { detail, follow }
}
