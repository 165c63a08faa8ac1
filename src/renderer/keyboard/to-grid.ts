/** Keys that move through images go to the page's grid when nothing else has the focus, so that nobody has to tab there first. */
const moving = /^(Arrow(Up|Down|Left|Right)|Home|End|PageUp|PageDown|Enter| )$/

/** Hands the key on and answers true where it did. */
export function toGrid(event: KeyboardEvent, page: HTMLElement | null): boolean {
  const idle = document.activeElement === document.body || document.activeElement === page
  const grid = idle && moving.test(event.key) && !event.altKey ? page?.querySelector<HTMLElement>('[role="grid"]') : null
  if (!grid) return false
  grid.focus()
  grid.dispatchEvent(new KeyboardEvent('keydown', event))
  return true
}
