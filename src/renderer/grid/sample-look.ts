/** What a cell tells of its sample: labels or guesses by name and colour, and all of it in a sentence. */
import type { ClassRow, SampleRow } from '@shared/model'
import { formatPercent } from '../strings/format'
import { labeling } from '../strings/labeling'

interface SampleLook {
  /** Names of the labels in force, null without any. */
  label: string | null
  /** Of the surest guess where there is no label: a guess beside labels is told by the sentence alone. */
  guess: { name: string; note: string; confidence: number } | null
  /** Any CSS background. */
  color: string
  toConfirm: boolean
  unknown: boolean
  missing: boolean
  copies: boolean
  /** Small enough to show its pixels. */
  crisp: boolean
  sentence: string
}

/** px */
const small = 64

export function lookOf(row: SampleRow | null, classes: ReadonlyMap<string, ClassRow>): SampleLook {
  const given = row?.labels ?? []
  const nameOf = (classId: string | null) => (classId === null ? labeling.unknown : (classes.get(classId)?.name ?? ''))
  const label = given.length > 0 ? given.map(({ classId }) => nameOf(classId)).join(', ') : null
  const guesses = (row?.pseudoLabels ?? []).flatMap(({ classId, confidence, before }) => {
    const found = classes.get(classId)
    const was = before ? (classes.get(before)?.name ?? null) : null
    return found ? [{ name: found.name, color: found.color, confidence, was }] : []
  })
  const surest = label === null ? guesses[0] : undefined
  const colors = given.flatMap(({ classId }) => (classId ? [classes.get(classId)?.color ?? 'transparent'] : []))
  const toConfirm = given.some(({ confirmed }) => !confirmed)
  const said = [
    row?.path ?? '',
    label !== null && labeling.labeledAs(label),
    toConfirm && labeling.toConfirm,
    ...guesses.map(({ name, confidence, was }) => labeling.guess(name, confidence, was)),
    row?.missing && labeling.missing,
  ]
  return {
    label,
    guess: surest ? { ...captionOf(guesses), confidence: surest.confidence } : null,
    color: stripes(colors) ?? surest?.color ?? 'transparent',
    toConfirm,
    unknown: given.some(({ classId }) => classId === null),
    missing: row?.missing ?? false,
    copies: (row?.files ?? 1) > 1,
    crisp: row !== null && Math.max(row.width, row.height) <= small,
    sentence: said.filter(Boolean).join(', '),
  }
}

/** Of one guess also how sure it is, or what it was before. */
function captionOf(guesses: { name: string; confidence: number; was: string | null }[]): { name: string; note: string } {
  const name = guesses.map((guess) => guess.name).join(', ')
  const [surest] = guesses
  if (guesses.length > 1 || !surest) return { name, note: '' }
  return { name, note: surest.was ? labeling.was(surest.was) : formatPercent(surest.confidence) }
}

/** Side by side, one for each class. */
function stripes(colors: string[]): string | undefined {
  if (colors.length < 2) return colors[0]
  const stops = colors.map((one, at) => `${one} ${(at / colors.length) * 100}% ${((at + 1) / colors.length) * 100}%`)
  return `linear-gradient(90deg, ${stops.join(', ')})`
}
