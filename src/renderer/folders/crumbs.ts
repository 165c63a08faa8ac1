/** A path cut into its folders, for `/` and Windows paths alike. */
export interface Crumb {
  name: string
  path: string
}

export function crumbsOf(path: string): Crumb[] {
  const windows = /^[a-z]:[\\/]/i.test(path) || path.startsWith('\\\\')
  const separator = windows ? '\\' : '/'
  const parts = path.split(windows ? /[\\/]+/ : /\/+/).filter(Boolean)
  const root: Crumb[] = windows ? [] : [{ name: '/', path: '/' }]
  const start = windows && path.startsWith('\\\\') ? '\\\\' : windows ? '' : '/'
  return [
    ...root,
    ...parts.map((name, index) => {
      const joined = start + parts.slice(0, index + 1).join(separator)
      return { name, path: windows && index === 0 && !start ? `${joined}\\` : joined }
    }),
  ]
}

/** A path inside a folder, joined as that folder's system does. */
export function joinPath(folder: string, name: string): string {
  const separator = folder.includes('\\') && !folder.includes('/') ? '\\' : '/'
  return folder.endsWith(separator) ? folder + name : folder + separator + name
}

/** The last part of a path. */
export const nameOf = (path: string): string => crumbsOf(path).at(-1)?.name ?? path
