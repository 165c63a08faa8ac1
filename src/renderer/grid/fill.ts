/**
 * Which rows of the grid show their samples: after a jump a few more in every frame, those on screen first, so that no frame takes long; none while
 * rows rush by, since nobody sees them and a thousand images a second are garbage that is collected in one long pause.
 */
import { computed, onScopeDispose, shallowRef, watch, type Ref } from 'vue'

/** Cells that are made anew in one frame, at least a row of them. */
const cellsAtOnce = 16
/** Share of the drawn rows that a frame may move on by before they rush. */
const rushing = 1 / 6

/** A row to be drawn, in the place of one that left. */
export interface Line {
  row: number
  slot: number
  /** Indices of its samples, the last not included. */
  from: number
  to: number
}

/** What a row shows: an ordinal for each of its samples, null where it is not known yet. */
export interface Filled {
  row: number
  from: number
  ordinals: (number | null)[]
}

interface Options {
  /** In no order. */
  lines: Ref<readonly Line[]>
  ordinalAt(index: number): number | null
  /** How soon a row is needed: the least first. */
  urgency(row: number): number
}

export interface FilledRows {
  /**
   * By slot; a row that is not among them, or stands there for another one, is not to be seen: it is still to come, or nothing is known of
   * its samples yet.
   */
  filled: Readonly<Ref<ReadonlyMap<number, Filled>>>
  /** Rows filled with images that stand elsewhere since, or of which nothing is known any more: not to be seen nor picked either. */
  stale: Readonly<Ref<ReadonlySet<number>>>
}

export function useFilledRows({ lines, ordinalAt, urgency }: Options): FilledRows {
  const filled = shallowRef<ReadonlyMap<number, Filled>>(new Map())
  const stale = computed(() => {
    const others = lines.value.filter(({ row, slot }) => {
      const known = filled.value.get(slot)
      return known?.row === row && !agrees(known, ordinalAt)
    })
    return new Set(others.map(({ row }) => row))
  })
  const ordinalsOf = ({ from, to }: Line) => Array.from({ length: to - from }, (_, at) => ordinalAt(from + at))
  const waiting = computed(() =>
    lines.value.filter((line) => isKnown(line, ordinalAt) && !shows(filled.value.get(line.slot), line, ordinalAt)),
  )
  const firstRow = () => Math.min(...lines.value.map(({ row }) => row))
  let frame = 0
  let seen = firstRow()

  function nextFrame() {
    frame = requestAnimationFrame(() => {
      frame = 0
      const before = seen
      seen = firstRow()
      if (Math.abs(seen - before) > rushing * lines.value.length) nextFrame()
      else fillSome()
    })
  }
  function fillSome() {
    const next = new Map<number, Filled>()
    for (const { slot } of lines.value) {
      const known = filled.value.get(slot)
      if (known) next.set(slot, known)
    }
    let cells = 0
    for (const line of waiting.value.toSorted((a, b) => urgency(a.row) - urgency(b.row))) {
      if (cells > 0 && cells + line.to - line.from > cellsAtOnce) break
      next.set(line.slot, { row: line.row, from: line.from, ordinals: ordinalsOf(line) })
      cells += line.to - line.from
    }
    filled.value = next
  }
  watch(
    waiting,
    ({ length }) => {
      if (length > 0 && frame === 0) nextFrame()
    },
    { immediate: true },
  )
  onScopeDispose(() => cancelAnimationFrame(frame))
  return { filled, stale }
}

function isKnown({ from, to }: Line, ordinalAt: (index: number) => number | null): boolean {
  return ordinalAt(from) !== null || ordinalAt(to - 1) !== null
}

/** Whether every image it shows still stands there. */
function agrees({ from, ordinals }: Filled, ordinalAt: (index: number) => number | null): boolean {
  return ordinals.every((ordinal, at) => ordinal === null || ordinal === ordinalAt(from + at))
}

function shows(filled: Filled | undefined, line: Line, ordinalAt: (index: number) => number | null): boolean {
  if (filled?.row !== line.row || filled.from !== line.from || filled.ordinals.length !== line.to - line.from) return false
  return filled.ordinals.every((ordinal, at) => ordinal === ordinalAt(line.from + at))
}
