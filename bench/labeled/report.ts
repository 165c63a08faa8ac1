/** Tables in the docs that a bench writes: Markdown between two marks, the rest of the file is left as it is. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'

/** Labels as multiples of the number of classes. */
export const multiples = [1, 5, 10]

export const percent = (value: number | undefined) => (value === undefined ? '' : (100 * value).toFixed(1))

export const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`

export const table = (head: readonly string[], rows: readonly string[][]) => [
  row(head),
  row(head.map(() => '---')),
  ...rows.map(row),
]

/** The command that was given, without where the data are on this machine. */
export function commandOf(bench: string, given: Record<string, string>): string {
  const shown = Object.entries(given).filter(([name]) => !['data', 'cache'].includes(name))
  return `npm run bench -- ${bench}${shown.map(([name, value]) => ` --${name}${value === 'true' ? '' : ` ${value}`}`).join('')}`
}

/** Replaces what is between the marks of `bench`; where they are missing, a section comes to the end. */
export function writePart(path: string, bench: string, title: string, lines: readonly string[]): void {
  const [opening, closing] = [`<!-- ${bench}: written by the bench -->`, `<!-- /${bench} -->`]
  const before = existsSync(path) ? readFileSync(path, 'utf8') : '# Benchmarks\n'
  const part = [opening, '', ...lines, '', closing].join('\n')
  const [from, to] = [before.indexOf(opening), before.indexOf(closing)]
  const after =
    from < 0
      ? `${before.trimEnd()}\n\n## ${title}\n\n${part}\n`
      : before.slice(0, from) + part + before.slice(to + closing.length)
  writeFileSync(path, after)
}
