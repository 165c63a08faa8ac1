import type { ClassRow, SampleRow } from '@shared/model'
import { expect, it } from 'vitest'
import { lookOf } from './sample-look'

const classes = new Map(
  [
    { id: 'a', name: 'Bag', color: 'red' },
    { id: 'b', name: 'Boot', color: 'blue' },
  ].map((row) => [row.id, row as ClassRow]),
)
const plain = { path: 'a/b.png', labels: [], pseudoLabels: [], files: 1, missing: false, width: 28, height: 28 }
const look = (row: object) => lookOf({ ...plain, ...row } as unknown as SampleRow, classes)

it('tells nothing of a sample that is not known yet', () => {
  expect(lookOf(null, classes)).toMatchObject({ label: null, guess: null, color: 'transparent', sentence: '', crisp: false })
})

it('shows the surest guess with how sure it is, in its colour', () => {
  const { label, guess, color } = look({ pseudoLabels: [{ classId: 'b', confidence: 0.93 }] })
  expect({ label, guess, color }).toEqual({ label: null, guess: { name: 'Boot', note: '93%', confidence: 0.93 }, color: 'blue' })
})

it('names what a guess was before, and each of several', () => {
  expect(look({ pseudoLabels: [{ classId: 'b', confidence: 0.9, before: 'a' }] }).guess?.note).toContain('Bag')
  const several = [
    { classId: 'b', confidence: 0.9 },
    { classId: 'a', confidence: 0.8 },
  ]
  expect(look({ pseudoLabels: several }).guess?.name).toBe('Boot, Bag')
})

it('labels stand before guesses, which only the sentence tells', () => {
  const found = look({ labels: [{ classId: 'a', confirmed: true }], pseudoLabels: [{ classId: 'b', confidence: 0.9 }] })
  expect(found).toMatchObject({ label: 'Bag', guess: null, color: 'red', toConfirm: false })
  expect(found.sentence).toMatch(/^a\/b\.png, .*Bag.*Boot/)
})

it('shows several classes side by side, and what fits none as unknown', () => {
  const labels = [
    { classId: 'a', confirmed: true },
    { classId: 'b', confirmed: false },
  ]
  const both = look({ labels })
  expect(both).toMatchObject({ label: 'Bag, Boot', toConfirm: true, unknown: false })
  expect(both.color).toBe('linear-gradient(90deg, red 0% 50%, blue 50% 100%)')
  expect(look({ labels: [{ classId: null, confirmed: true }] })).toMatchObject({ unknown: true, color: 'transparent' })
})
