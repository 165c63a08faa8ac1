/** Groups in the grid: their heads, and the keys that go through them. */
import { computed, type ComputedRef, type Ref } from 'vue'
import { type Geometry, type Position, sectionAt, sectionOf } from './geometry'
import { useGroupTitle } from './group-title'
import type { GridSource } from './source'

export interface Head {
  at: number
  /** px from the top of the content. */
  y: number
  title: string
  count: number
}

interface Options {
  source: GridSource
  geometry: ComputedRef<Geometry>
  position: Readonly<Ref<Position>>
  active: Readonly<Ref<number>>
  go(index: number): Promise<void>
  select(first: number, last: number, keep: boolean): Promise<unknown>
}

export function useGroups({ source, geometry, position, active, go, select }: Options) {
  const titleOf = useGroupTitle()

  /** Those that may be seen; the first stays at the top until the next pushes it out. */
  const heads = computed((): Head[] => {
    const groups = source.groups?.value
    const { sections, head, viewport } = geometry.value
    if (!groups || head === 0) return []
    const { top, scrollTop } = position.value
    const first = sectionAt(geometry.value, top)
    const last = Math.min(sectionAt(geometry.value, top + viewport), groups.list.length - 1)
    return sections.slice(first, last + 1).map((section, index) => {
      const at = first + index
      const next = sections[at + 1]?.top ?? Infinity
      const place = index === 0 ? Math.min(Math.max(top, section.top), next - head) : section.top
      return { at, y: scrollTop + place - top, title: titleOf(groups.by, groups.list[at]!.name), count: section.count }
    })
  })

  async function selectGroup(at: number, keep: boolean) {
    const { first, count } = geometry.value.sections[at]!
    await select(first, first + count - 1, keep)
  }

  /** Alt with arrows from group to group; Alt+A takes the group. Whether the key was one of these. */
  function press({ key }: KeyboardEvent): boolean {
    if (geometry.value.head === 0) return false
    const { sections } = geometry.value
    const at = sectionOf(geometry.value, active.value)
    const before = sections[sections[at]!.first === active.value ? Math.max(0, at - 1) : at]!
    if (key.toLowerCase() === 'a') void selectGroup(at, false)
    else if (key === 'ArrowDown') void go((sections[at + 1] ?? sections[at]!).first)
    else if (key === 'ArrowUp') void go(before.first)
    else return false
    return true
  }

  return { heads, selectGroup, press }
}
