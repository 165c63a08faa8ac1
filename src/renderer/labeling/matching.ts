/** Classes that a typed text may mean: those that begin with it, then those that hold it. */
export function matching<T extends { name: string }>(text: string, classes: readonly T[]): T[] {
  const wanted = text.trim().toLowerCase()
  if (!wanted) return [...classes]
  const rank = ({ name }: T) => {
    const given = name.toLowerCase()
    if (given === wanted) return 0
    if (given.startsWith(wanted)) return 1
    return given.includes(wanted) ? 2 : 3
  }
  return classes.filter((row) => rank(row) < 3).sort((a, b) => rank(a) - rank(b))
}
