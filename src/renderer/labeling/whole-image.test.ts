import { createPinia, setActivePinia } from 'pinia'
import { expect, it } from 'vitest'
import { ref } from 'vue'
import { useWholeImage } from './whole-image'

it('shows the thumbnail of an image whose file cannot be read, and tries the next one anew', () => {
  setActivePinia(createPinia())
  const ordinal = ref(3)
  const { src, away, fail } = useWholeImage(() => ordinal.value)
  expect(src.value).toContain('/media/image/3')
  fail()
  expect([src.value.includes('/media/thumb/3'), away.value]).toEqual([true, true])
  ordinal.value = 4
  expect([src.value.includes('/media/image/4'), away.value]).toEqual([true, false])
})
