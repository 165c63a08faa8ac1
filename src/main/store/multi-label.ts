/** Acts of multi-label projects, spelled out so that every set speaks of one label of its samples only. */
import { type LabelSet, type MemberSet } from './log-entry'
import type { Projection } from './projection'

/**
 * "Unknown" and clearing take away every label in force; a class takes away "unknown". The sets that say so come first.
 * Must see the labels in force at the time of the act.
 */
export function expandSlots(sets: (LabelSet | MemberSet)[], labels: Projection): (LabelSet | MemberSet)[] {
  return sets.flatMap((set): (LabelSet | MemberSet)[] => {
    if ('cluster' in set) return [set]
    const { source, cleared = false, classId } = set
    if (cleared && classId !== null) return [set]
    const away = [...taken(set, labels)].map(([other, ordinals]) => ({ classId: other, cleared: true, source, ordinals }))
    return cleared ? away : [...away, set]
  })
}

/** Labels in force that the set ends, by class. */
function taken({ classId, cleared, ordinals }: LabelSet, labels: Projection): Map<number | null, number[]> {
  const ends = (other: number | null) => (classId === null ? cleared === true || other !== null : other === null)
  const found = new Map<number | null, number[]>()
  for (const [ordinal, inForce] of labels.of(ordinals)) {
    for (const { classId: other } of inForce) {
      if (!ends(other)) continue
      const mine = found.get(other)
      if (mine) mine.push(ordinal)
      else found.set(other, [ordinal])
    }
  }
  return found
}
