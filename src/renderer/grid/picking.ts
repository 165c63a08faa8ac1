/** What is pressed in the grid, by mouse and keys: the active cell moves, samples are selected and opened. */
import type { ComputedRef, Ref } from 'vue'
import { useToasts } from '../stores/toasts'
import { labeling } from '../strings/labeling'
import { type Geometry, moved } from './geometry'
import { only, type SelectionModel, selectionLimit, toggled, withRange } from './selection'
import type { GridSource } from './source'

interface Options {
  source: GridSource
  selection: SelectionModel
  geometry: ComputedRef<Geometry>
  active: Ref<number>
  /** Ordinal of the image that is seen there. */
  ordinalAt(index: number): number | null
  /** Whether every row shows what stands there now. */
  settled(): boolean
  go(index: number): Promise<void>
  /** Whether a key with Alt was one of the groups'. */
  inGroups(event: KeyboardEvent): boolean
  open(ordinal: number): void
}

/** Index of the cell that an event met. */
function indexIn({ target }: Event): number | null {
  const cell = target instanceof Element ? target.closest<HTMLElement>('[data-index]') : null
  return cell ? Number(cell.dataset['index']) : null
}

export function usePicking({ source, selection, geometry, active, ordinalAt, settled, go, inGroups, open }: Options) {
  const toasts = useToasts()

  /** In the moment in which other images are seen than stand there, nothing is taken. */
  async function selectBetween(from: number, to: number, keep: boolean) {
    if (!settled()) return
    const [first, last] = from < to ? [from, to] : [to, from]
    if (last - first >= selectionLimit) return toasts.show(labeling.tooMany)
    const ordinals = await source.range(first, last)
    if (ordinals.length === 0) return
    selection.set({ ...withRange(selection.picked.value, ordinals, keep), anchor: from })
  }
  const selectRange = (to: number, keep: boolean) => selectBetween(selection.picked.value.anchor ?? active.value, to, keep)
  async function pick(index: number, event: { shiftKey: boolean; ctrlKey: boolean; metaKey: boolean }) {
    const ordinal = ordinalAt(index)
    if (ordinal === null) return
    if (event.shiftKey) await selectRange(index, event.ctrlKey || event.metaKey)
    else if (event.ctrlKey || event.metaKey) selection.set(toggled(selection.picked.value, ordinal, index))
    else if (selection.size.value === 1 && selection.has(ordinal)) selection.clear()
    else selection.set(only(ordinal, index))
    active.value = index
  }

  async function click(event: MouseEvent) {
    const index = indexIn(event)
    if (index !== null) await pick(index, event)
  }
  function dblclick(event: MouseEvent) {
    const index = indexIn(event)
    const ordinal = index === null ? null : ordinalAt(index)
    if (ordinal !== null) open(ordinal)
  }
  async function press(event: KeyboardEvent) {
    if (event.altKey && inGroups(event)) {
      event.preventDefault()
      return
    }
    const command = event.ctrlKey || event.metaKey
    const ordinal = ordinalAt(active.value)
    const to = moved(event.key, active.value, source.total.value, geometry.value, command)
    if (to !== null) {
      event.preventDefault()
      if (event.shiftKey) await selectRange(to, false)
      await go(to)
    } else if (event.key === ' ' && ordinal !== null) selection.set(toggled(selection.picked.value, ordinal, active.value))
    else if (event.key === 'Enter' && !command && ordinal !== null) open(ordinal)
    else if (event.key === 'Escape' && selection.size.value > 0) selection.clear()
    else if (command && event.key.toLowerCase() === 'a') selection.selectAll()
    else return
    event.preventDefault()
  }

  return { selectBetween, click, dblclick, press }
}
