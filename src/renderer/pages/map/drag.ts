/** What the pointer does on the map: move it, draw a lasso or a box, hover, pick. */
import { rectangle, type Polygon } from '@shared/polygon'
import { ref, type Ref } from 'vue'

export type Tool = 'move' | 'lasso' | 'box'
interface Point {
  x: number
  y: number
}

const threshold = 4

export interface DragTarget {
  tool: Ref<Tool>
  pan: (dx: number, dy: number) => void
  hover: (at: Point | null) => void
  /** A press without dragging. */
  click: (at: Point, keep: boolean) => void
  /** An outline on the screen; `keep` adds to what is selected. */
  enclose: (outline: Polygon, keep: boolean) => void
}

export function useMapDrag(target: DragTarget) {
  /** Corners on the screen while one is drawn. */
  const outline = ref<Point[]>([])
  let from: Point | null = null
  let last: Point = { x: 0, y: 0 }
  let dragging = false
  let tool: Tool = 'move'

  const placeOf = (event: PointerEvent): Point => {
    const frame = (event.currentTarget as HTMLElement).getBoundingClientRect()
    return { x: event.clientX - frame.left, y: event.clientY - frame.top }
  }
  function down(event: PointerEvent) {
    if (event.button !== 0) return
    ;(event.currentTarget as HTMLElement).setPointerCapture(event.pointerId)
    from = last = placeOf(event)
    dragging = false
    tool = target.tool.value === 'move' && event.shiftKey ? 'lasso' : target.tool.value
  }
  function move(event: PointerEvent) {
    const at = placeOf(event)
    if (!from) {
      target.hover(at)
      return
    }
    if (!dragging && Math.hypot(at.x - from.x, at.y - from.y) < threshold) return
    dragging = true
    if (tool === 'move') target.pan(at.x - last.x, at.y - last.y)
    else if (tool === 'lasso') outline.value = [...(outline.value.length > 0 ? outline.value : [from]), at]
    else {
      const { x, y } = from
      outline.value = [from, { x: at.x, y }, at, { x, y: at.y }]
    }
    last = at
  }
  function up(event: PointerEvent) {
    if (!from) return
    const keep = event.ctrlKey || event.metaKey
    if (!dragging) target.click(from, keep || event.shiftKey)
    else if (tool !== 'move' && outline.value.length > 2) target.enclose(cornersOf(outline.value, tool), keep)
    cancel()
  }
  function cancel() {
    from = null
    dragging = false
    outline.value = []
  }
  return { outline, down, move, up, cancel }
}

function cornersOf(points: Point[], tool: Tool): Polygon {
  if (tool === 'lasso') return points.map(({ x, y }) => [x, y])
  const [a, , b] = points as [Point, Point, Point]
  return rectangle({ left: Math.min(a.x, b.x), right: Math.max(a.x, b.x), bottom: Math.min(a.y, b.y), top: Math.max(a.y, b.y) })
}
