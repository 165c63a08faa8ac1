/** The size of grid cells, px, remembered on this machine. */
import { createSharedComposable, useLocalStorage } from '@vueuse/core'

export const cellSizes = { smallest: 56, largest: 320 }
export const useCellSize = createSharedComposable(() => useLocalStorage('handful-cell', 120))
