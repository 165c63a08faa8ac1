// @vitest-environment happy-dom
import { expect, it } from 'vitest'
import { askedBy } from '../labeling/label-keys'
import { matching } from '../labeling/matching'
import { chordOf, isTyping } from './keys'

const event = (key: string, init: KeyboardEventInit = {}) => new KeyboardEvent('keydown', { key, ...init })

it('names chords the same on every keyboard', () => {
  expect(chordOf(event('z', { ctrlKey: true }))).toBe('Ctrl+Z')
  expect(chordOf(event('Z', { metaKey: true, shiftKey: true }))).toBe('Ctrl+Shift+Z')
  expect(chordOf(event('?', { shiftKey: true }))).toBe('?')
  expect(chordOf(event('1'))).toBe('1')
  expect(chordOf(event('ArrowUp', { shiftKey: true }))).toBe('Shift+ArrowUp')
})

it('leaves letters to fields that take text, not to boxes to tick', () => {
  const text = document.createElement('input')
  const box = Object.assign(document.createElement('input'), { type: 'checkbox' })
  expect([isTyping(text), isTyping(document.createElement('textarea')), isTyping(box), isTyping(document.body)]).toEqual([
    true,
    true,
    false,
    false,
  ])
})

it('reads the labeling keys', () => {
  const byKey = new Map([['1', { id: 'boots' }]])
  expect(['1', '2', 'U', 'Delete', 'X'].map((chord) => askedBy(chord, byKey))).toEqual([
    'boots',
    undefined,
    null,
    'clear',
    undefined,
  ])
})

it('offers classes that begin with what was typed before those that hold it', () => {
  const classes = ['ankle boot', 'bootleg', 'boot', 'bag'].map((name) => ({ name }))
  expect(matching('boot', classes).map(({ name }) => name)).toEqual(['boot', 'bootleg', 'ankle boot'])
  expect(matching('', classes)).toHaveLength(4)
})
