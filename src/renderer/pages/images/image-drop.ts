/** Images dropped on the page from outside: what looks like them is searched for. */
import { ref } from 'vue'

export function useImageDrop(able: () => boolean, take: (files: File[]) => unknown) {
  /** Files are being dragged over it. */
  const over = ref(false)

  function dragOver(event: DragEvent) {
    over.value = able() && event.dataTransfer?.types.includes('Files') === true
  }
  function dragLeave(event: DragEvent) {
    if (!(event.currentTarget as HTMLElement).contains(event.relatedTarget as Node | null)) over.value = false
  }
  function drop(event: DragEvent) {
    over.value = false
    const files = [...(event.dataTransfer?.files ?? [])].filter((file) => file.size > 0 && !file.name.endsWith('.handful'))
    if (files.length === 0 || !able()) return
    // A folder has no content of its own: it becomes a project, as everywhere.
    if ([...(event.dataTransfer?.items ?? [])].some((item) => item.webkitGetAsEntry()?.isDirectory)) return
    event.preventDefault()
    event.stopPropagation()
    void take(files)
  }
  return { over, dragOver, dragLeave, drop }
}
