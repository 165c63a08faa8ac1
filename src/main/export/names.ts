/** File and folder names that every file system and every loader takes. */

/** Refused by Windows as a name, with or without an extension. */
const reserved = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)/i
// eslint-disable-next-line no-control-regex -- these are what is looked for
const forbidden = /[<>:"/\\|?*\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g
/** Room for a number, a hash and an extension below the 255 bytes of most file systems. */
const longest = 200

/** How two names are compared by file systems that ignore case. */
export const nameKey = (name: string) => name.normalize('NFC').toLowerCase().normalize('NFC')

/** One name made safe; several may become the same, see `NameGiver`. */
export function safeName(name: string): string {
  const plain = name
    .normalize('NFC')
    .replace(forbidden, '_')
    .replace(/^[\s.]+/, (start) => (start.includes('.') ? '_' : ''))
    .replace(/[\s.]+$/, '')
  const short = withinBytes(plain || '_', longest)
  return reserved.test(short) ? short.replace(/^[^.]+/, '$&_') : short
}

function withinBytes(text: string, limit: number): string {
  if (Buffer.byteLength(text) <= limit) return text
  let kept = ''
  let bytes = 0
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    bytes += Buffer.byteLength(segment)
    if (bytes > limit) break
    kept += segment
  }
  return kept.replace(/[\s.]+$/, '') || '_'
}

/** Hands out names, each only once whatever its case. */
export class NameGiver {
  readonly #taken: Set<string>
  constructor(taken: Iterable<string> = []) {
    this.#taken = new Set([...taken].map(nameKey))
  }

  /** `name` made safe; when taken, with the first of `endings` that makes it free, then with numbers. */
  give(name: string, endings: readonly string[] = []): string {
    const safe = safeName(name)
    for (const candidate of [safe, ...endings.map((ending) => `${safe}-${ending}`)]) if (this.#take(candidate)) return candidate
    for (let number = 2; ; number++) if (this.#take(`${safe}-${number}`)) return `${safe}-${number}`
  }

  #take(name: string): boolean {
    const key = nameKey(name)
    if (this.#taken.has(key)) return false
    this.#taken.add(key)
    return true
  }
}

/** By code point, as Python's `sorted` orders folder names. */
export const byCodePoint = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b))

/** A folder name for every class, in alphabetical order of the folders: the order in which loaders number them. */
export function classFolders<C extends { name: string }>(
  classes: readonly C[],
  taken: readonly string[],
): (C & { folder: string })[] {
  const names = new NameGiver(taken)
  return [...classes]
    .sort((a, b) => byCodePoint(a.name, b.name))
    .map((one) => ({ ...one, folder: names.give(one.name) }))
    .sort((a, b) => byCodePoint(a.folder, b.folder))
}
