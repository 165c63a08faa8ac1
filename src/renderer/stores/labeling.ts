/** Acts of the person on labels: give, clear, confirm, undo, redo; each shown at once and answered by a toast. */
import type { AnnotationEntry, Label } from '@shared/model'
import type { Selection } from '@shared/model'
import { defineStore } from 'pinia'
import { ref } from 'vue'
import { labeling } from '../strings/labeling'
import { useApi } from './connection'
import { useSampleRows } from './sample-rows'
import { useToasts } from './toasts'

export const useLabeling = defineStore('labeling', () => {
  const rows = useSampleRows()
  const toasts = useToasts()
  const busy = ref(0)

  async function act(perform: () => Promise<AnnotationEntry | null>, quiet = false) {
    busy.value++
    try {
      const entry = await perform()
      if (entry && !quiet) toasts.show(entry.title, { tone: 'good', topic: 'act', action: { label: labeling.undo, run: undo } })
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
  function label(
    selection: Selection,
    classId: string | null,
    { seen, drawn, quiet }: { seen?: number[]; drawn?: number[]; quiet?: boolean } = {},
  ) {
    rows.foresee('ordinals' in selection ? selection.ordinals : (seen ?? []), seenLabel(classId))
    const input = {
      selection,
      classId,
      ...(seen === undefined ? {} : { seen: seen.slice(0, 10_000) }),
      ...(drawn === undefined ? {} : { drawn }),
    }
    return act(() => useApi().annotations.label(input), quiet)
  }

  function clear(selection: Selection) {
    if ('ordinals' in selection) rows.foresee(selection.ordinals, null)
    return act(() => useApi().annotations.clear({ selection }))
  }

  async function step(which: 'undo' | 'redo') {
    const entry = await act(() => useApi().annotations[which](), true)
    if (entry) toasts.show(which === 'undo' ? labeling.undone(entry.title) : labeling.redone(entry.title), { topic: 'act' })
  }

  const undo = () => step('undo')

  return {
    busy,
    label,
    clear,
    undo,
    redo: () => step('redo'),
    confirm: (selection: Selection) => act(() => useApi().annotations.confirm({ selection })),
    accepted: (perform: () => Promise<AnnotationEntry>) => act(perform),
  }
})
