/** What the host proposes next when a set of images grows. */
export interface Proposal {
  ordinal: number
  /** The neighbours lead there; otherwise only the overall look does. */
  linked: boolean
}

/** Without what was accepted or struck out before. */
export function usable(found: readonly Proposal[], settled: readonly number[]): Proposal[] {
  const known = new Set(settled)
  return found.filter(({ ordinal }) => !known.has(ordinal))
}
