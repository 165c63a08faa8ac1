/** Checks names against what Windows, macOS and loaders refuse. */
import { describe, expect, test } from 'vitest'
import { classFolders, NameGiver, nameKey, safeName } from './names'

test.each([
  ['boot', 'boot'],
  ['a/b', 'a_b'],
  ['a\\b:c', 'a_b_c'],
  ['..', '_'],
  ['...', '_'],
  ['', '_'],
  ['   ', '_'],
  ['.hidden', '_hidden'],
  ['trailing. . ', 'trailing'],
  ['CON', 'CON_'],
  ['con.txt', 'con_.txt'],
  ['LPT1', 'LPT1_'],
  ['COM¹', 'COM¹_'],
  ['console', 'console'],
  ['line\nbreak\0', 'line_break_'],
  ['e\u0301', '\u00e9'],
  ['évil\u202egpj', 'évil_gpj'],
  ['魚', '魚'],
])('%j becomes %j', (name, safe) => expect(safeName(name)).toBe(safe))

test('long names are cut between characters, within 200 bytes', () => {
  const name = safeName('👩‍👩‍👧‍👦'.repeat(40))
  expect(Buffer.byteLength(name)).toBeLessThanOrEqual(200)
  expect([...new Intl.Segmenter().segment(name)].every(({ segment }) => segment === '👩‍👩‍👧‍👦')).toBe(true)
})

describe('NameGiver', () => {
  test('never gives a name twice, whatever the case or composition', () => {
    const names = new NameGiver(['README.md'])
    const given = ['Cat', 'cat', 'CAT', 'cat-2', 'readme.MD', 'e\u0301', '\u00c9', 'a/b', 'a:b'].map((name) => names.give(name))
    expect(new Set(given.map(nameKey)).size).toBe(given.length)
    expect(given.slice(0, 3)).toEqual(['Cat', 'cat-2', 'CAT-3'])
    expect(given).not.toContain('readme.MD')
  })

  test('prefers the endings it is offered', () => {
    const names = new NameGiver()
    expect(['x', 'x', 'x'].map((name) => names.give(name, ['1f', '1f2e']))).toEqual(['x', 'x-1f', 'x-1f2e'])
  })
})

test('class folders stand in the order in which loaders number them', () => {
  const folders = classFolders(
    ['zebra', 'Zebra', 'ant', 'b/c', 'b:c', '10', '9', '𝒜', 'ﬀ'].map((name) => ({ name })),
    [],
  )
  expect(folders.map(({ folder }) => folder)).toEqual(['10', '9', 'Zebra', 'ant', 'b_c', 'b_c-2', 'zebra-2', 'ﬀ', '𝒜'])
})
