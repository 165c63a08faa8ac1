/** A box drawn with the mouse over the grid that selects what it touches. */
import { computed, ref, type ComputedRef, type Ref } from 'vue'
import { touched, type Geometry } from './geometry'

const threshold = 6

export interface DragTarget {
  geometry: ComputedRef<Geometry>
  /** Width of a cell, px. */
  side: ComputedRef<number>
  /** First visible full pixel. */
  top: () => number
  select: (indices: number[], keep: boolean) => void
}

export function useDragBox(element: Readonly<Ref<HTMLElement | null>>, target: DragTarget) {
  const ends = ref<{ x0: number; y0: number; x1: number; y1: number } | null>(null)

  function start(event: PointerEvent) {
    const box = element.value
    if (!box || event.button !== 0 || event.pointerType !== 'mouse') return
    // Selected images are dragged themselves, onto a class.
    if (event.target instanceof Element && event.target.closest('[draggable="true"]')) return
    const frame = box.getBoundingClientRect()
    if (event.clientX - frame.left > box.clientWidth) return
    const from = { x: event.clientX - frame.left, y: event.clientY - frame.top }

    const move = (next: PointerEvent) => {
      const x1 = next.clientX - frame.left
      const y1 = next.clientY - frame.top
      if (!ends.value && Math.hypot(x1 - from.x, y1 - from.y) < threshold) return
      ends.value = { x0: from.x, y0: from.y, x1, y1 }
    }
    const finish = (last: PointerEvent) => {
      window.removeEventListener('pointermove', move)
      const drawn = ends.value
      ends.value = null
      if (!drawn) return
      box.addEventListener('click', (click) => click.stopPropagation(), { capture: true, once: true })
      setTimeout(() => box.dispatchEvent(new Event('click')))
      const top = target.top()
      const indices = touched(target.geometry.value, target.side.value, {
        left: Math.min(drawn.x0, drawn.x1),
        right: Math.max(drawn.x0, drawn.x1),
        top: top + Math.min(drawn.y0, drawn.y1),
        bottom: top + Math.max(drawn.y0, drawn.y1),
      })
      target.select(indices, last.ctrlKey || last.metaKey || last.shiftKey)
    }
    window.addEventListener('pointermove', move)
    window.addEventListener('pointerup', finish, { once: true })
  }

  const drag = computed(() => {
    const box = element.value
    if (!ends.value || !box) return null
    const { x0, y0, x1, y1 } = ends.value
    return {
      left: `${Math.max(0, Math.min(x0, x1))}px`,
      top: `${box.scrollTop + Math.max(0, Math.min(y0, y1))}px`,
      width: `${Math.abs(x1 - x0)}px`,
      height: `${Math.abs(y1 - y0)}px`,
    }
  })

  return { drag, start }
}
