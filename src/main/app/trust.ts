/** What a page may do in the window: nothing but be the app. Pure decisions, asked by the guards of the window. */

export const scheme = 'app'
/** The page's origin; `local` is the only host the scheme knows. */
export const origin = `${scheme}://local`

export interface Sender {
  origin: string
  /** Null for a main frame. */
  parent: unknown
}

/** Whether a message comes from the app's own page and not from a frame in it, or a page that took its place. */
export function isOwnPage(sender: Sender | null): boolean {
  return sender !== null && sender.origin === origin && sender.parent === null
}

/** Whether the window may go to an address: within the app only. */
export function mayNavigate(url: string): boolean {
  return URL.canParse(url) && new URL(url).protocol === `${scheme}:` && new URL(url).host === 'local'
}

/** Copying a path to the clipboard is all the page ever asks for. */
export function mayHave(permission: string): boolean {
  return permission === 'clipboard-sanitized-write'
}

/** Whether the page may fetch an address: its own, and pictures made in the page. Everything else would leave this computer. */
export function mayLoad(url: string, packaged: boolean): boolean {
  const protocol = URL.canParse(url) ? new URL(url).protocol : ''
  if (protocol === 'data:' || protocol === 'blob:') return true
  return mayNavigate(url) || (!packaged && protocol === 'devtools:')
}
