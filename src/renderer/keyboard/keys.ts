/** Keyboard shortcuts of a page, silent while a person types or a dialog is open. */
import { useEventListener } from '@vueuse/core'

/** `Ctrl+Shift+Z`, `?`, `1`; Ctrl stands for Command on a Mac. */
export function chordOf(event: KeyboardEvent): string {
  const key = event.key.length === 1 ? event.key.toUpperCase() : event.key
  const shifted = event.shiftKey && (event.key.length > 1 || /[A-Z0-9]/.test(key))
  return [event.ctrlKey || event.metaKey ? 'Ctrl' : '', event.altKey ? 'Alt' : '', shifted ? 'Shift' : '', key]
    .filter(Boolean)
    .join('+')
}

/** The person is writing text, where letters and digits belong to the field. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  if (target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement) return true
  return target instanceof HTMLInputElement && !['checkbox', 'radio', 'range', 'button'].includes(target.type)
}

const overlay = '[role="dialog"], [role="alertdialog"], [role="menu"], [role="listbox"]'
export const overlayOpen = () => document.querySelector(overlay) !== null

/** Calls `handle` with each chord; a `true` answer means it was taken. */
export function useKeys(handle: (chord: string, event: KeyboardEvent) => boolean): void {
  useEventListener(window, 'keydown', (event) => {
    if (event.defaultPrevented || event.isComposing || isTyping(event.target) || overlayOpen()) return
    if (handle(chordOf(event), event)) event.preventDefault()
  })
}
