import { expect, it } from 'vitest'
import { map } from './map'
import { settings } from './settings'

it('names of files keep their own direction of writing in sentences', () => {
  expect(map.saved('خريطة.png')).toBe('\u2068خريطة.png\u2069 saved')
  expect(settings.backedUp(2000, 'نسخة/a.sqlite')).toBe('2.0 kB written to \u2068نسخة/a.sqlite\u2069')
})
