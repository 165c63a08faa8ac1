// @vitest-environment happy-dom
import { expect, it } from 'vitest'
import { nextTick, reactive } from 'vue'
import { mountWithHost } from '../testing/mounted.fixture'
import Thumbnail from './Thumbnail.vue'

it('an image that cannot be shown stays marked when its look changes', async () => {
  const props = reactive({ ordinal: 1, alt: '', crisp: false })
  const { wrapper } = await mountWithHost(Thumbnail, props)
  const image = wrapper.get('img')
  await image.trigger('error')
  props.crisp = true
  await nextTick()
  expect(image.classes()).toContain('crisp')
  expect(image.attributes('data-failed')).toBe('')
  props.ordinal = 2
  await nextTick()
  expect(wrapper.get('img').attributes('data-failed')).toBeUndefined()
  wrapper.unmount()
})
