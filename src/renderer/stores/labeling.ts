/** Acts of the person on labels: give, clear, confirm, undo, redo; each shown at once and answered by a toast. */
import type { AnnotationEntry, Label } from '@shared/model'
import type { Selection } from '@shared/model'
import { defineStore } from 'pinia'
import { ref } from 'vue'
import { labeling } from '../strings/labeling'
import { useApi } from './connection'
import { useProject } from './project'
import { useSampleRows } from './sample-rows'
import { useToasts } from './toasts'

interface Marks {
  seen?: number[]
  drawn?: number[]
}

export const useLabeling = defineStore('labeling', () => {
  const rows = useSampleRows()
  const toasts = useToasts()
  const project = useProject()
  const multi = () => project.state?.labeling === 'multi'
  const busy = ref(0)

  /** Says what was done and offers to take it back. */
  function tell({ title }: AnnotationEntry) {
    toasts.show(title, { tone: 'good', topic: 'act', action: { label: labeling.undo, run: undo } })
  }

  async function act(perform: () => Promise<AnnotationEntry | null>, quiet = false) {
    busy.value++
    try {
      const entry = await perform()
      if (entry && !quiet) tell(entry)
      return entry
    } catch (error) {
      rows.refresh()
      toasts.fail(error)
      return null
    } finally {
      busy.value--
    }
  }

  const seenLabel = (classId: string | null): Label => ({ classId, source: 'human', confirmed: true })

  /** Labels what is selected. `seen`: those of a query that were on screen; `drawn`: those drawn uniformly. */
  function label(selection: Selection, classId: string | null, { seen, drawn, quiet }: Marks & { quiet?: boolean } = {}) {
    rows.foresee('ordinals' in selection ? selection.ordinals : (seen ?? []), (labels) =>
      multi() && classId !== null
        ? [...labels.filter((other) => other.classId !== null && other.classId !== classId), seenLabel(classId)]
        : [seenLabel(classId)],
    )
    const input = {
      selection,
      classId,
      ...(seen === undefined ? {} : { seen: seen.slice(0, 10_000) }),
      ...(drawn === undefined ? {} : { drawn }),
    }
    return act(() => useApi().annotations.label(input), quiet)
  }

  /** Takes all labels away, or in a multi-label project that of one class. */
  function clear(selection: Selection, classId?: string) {
    const stays = (label: Label) => classId !== undefined && label.classId !== classId
    if ('ordinals' in selection) rows.foresee(selection.ordinals, (labels) => labels.filter(stays))
    return act(() => useApi().annotations.clear(classId === undefined ? { selection } : { selection, classId }))
  }

  /** In a multi-label project a class that all of the images have is taken away from them, any other is given. */
  function toggle(selection: Selection, classId: string | null, marks: Marks = {}) {
    const have = (ordinal: number) => rows.peek(ordinal)?.labels.some((label) => label.classId === classId)
    if (multi() && classId !== null && 'ordinals' in selection && selection.ordinals.every(have)) return clear(selection, classId)
    return label(selection, classId, marks)
  }

  async function step(which: 'undo' | 'redo') {
    const entry = await act(() => useApi().annotations[which](), true)
    if (entry) toasts.show(which === 'undo' ? labeling.undone(entry.title) : labeling.redone(entry.title), { topic: 'act' })
  }

  const undo = () => step('undo')

  return {
    busy,
    tell,
    label,
    clear,
    toggle,
    undo,
    redo: () => step('redo'),
    confirm: (selection: Selection) => act(() => useApi().annotations.confirm({ selection })),
    /** Any other act that the log takes. */
    take: (perform: () => Promise<AnnotationEntry | null>) => act(perform),
  }
})
