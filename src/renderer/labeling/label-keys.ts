/** Number keys, U and Delete label what is at hand. */
import type { Selection } from '@shared/model'
import { useKeys } from '../keyboard/keys'
import { useClasses } from '../stores/classes'
import { useLabeling } from '../stores/labeling'
import { useToasts } from '../stores/toasts'
import { labeling } from '../strings/labeling'

/** What an act is about, and which of it was on screen. */
export interface Target {
  selection: Selection
  seen?: number[]
  /** Those that were asked because they were drawn uniformly. */
  drawn?: number[]
}

/** What a chord asks for: a class's id, null for unknown, `clear`, or undefined when it is no labeling key. */
export function askedBy(chord: string, byKey: ReadonlyMap<string, { id: string }>): string | null | undefined {
  if (/^[0-9]$/.test(chord)) return byKey.get(chord)?.id
  if (chord === 'U') return null
  return chord === 'Delete' || chord === 'Backspace' ? 'clear' : undefined
}

/**
 * Labels by keys until the page goes. Answers the function that labels by hand: a class's id, null for unknown, or `clear`.
 * `target` says what is at hand, null when nothing is; `after` runs when an act was taken; `clear` is what Delete does.
 */
export function useLabelKeys(
  target: () => Selection | Target | null,
  after: (classId: string | null) => void = () => undefined,
  clear: (selection: Selection) => Promise<unknown> = (selection) => useLabeling().clear(selection),
) {
  const classes = useClasses()
  const acts = useLabeling()
  const toasts = useToasts()

  async function label(classId: string | null) {
    const found = target()
    if (!found) {
      toasts.show(labeling.selectFirst)
      return
    }
    const { selection, ...marks }: Target = 'selection' in found ? found : { selection: found }
    const done = classId === 'clear' ? clear(selection) : acts.toggle(selection, classId, marks)
    after(classId)
    await done
  }

  const sayFree = useFreeKeys()
  useKeys((chord) => {
    const asked = askedBy(chord, classes.byKey)
    if (asked === undefined) return sayFree(chord)
    void label(asked)
    return true
  })
  return label
}

/** Says of a number that it labels nothing yet; answers whether it was one. */
export function useFreeKeys() {
  const toasts = useToasts()
  return (chord: string) => {
    if (!/^[0-9]$/.test(chord)) return false
    toasts.show(labeling.freeKey(chord), { topic: 'free key' })
    return true
  }
}
