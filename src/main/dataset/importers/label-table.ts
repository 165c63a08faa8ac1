/** Reads label files: CSV or JSON Lines with a column that names the image and one that names the class, or one column a class. */
import { createReadStream } from 'node:fs'
import { extname } from 'node:path'
import { createInterface } from 'node:readline'
import { HandfulError } from '@shared/errors'
import { CsvError, parse } from 'csv-parse'
import { confidenceOf, hashOf, type LabelLine, sourceOf, splitOf, wrong } from './importer'

const pathColumns = ['original_path', 'path', 'file', 'filename', 'file_name', 'image', 'image_path', 'file_path_abs', 'filepath']
const labelColumns = ['label', 'class', 'class_name', 'category']
/** Several classes in one cell, parted by the first of these that it holds. */
const listColumns = ['labels', 'classes', 'tags', 'categories']
const listMarks = ['|', ';', ',']
const splitColumns = ['split', 'subset']
const hashColumn = 'sha256'
/** A table of Handful's own: cells that spreadsheets would run bear an apostrophe before. */
const ownColumns = ['sha256', 'label_id', 'source']

/** @throws HandfulError NOT_FOUND, LABEL_FILE with the line */
export async function* readLabelTable(path: string): AsyncGenerator<LabelLine> {
  try {
    yield* /^\.(jsonl|ndjson)$/i.test(extname(path)) ? readJsonLines(path) : readCsv(path)
  } catch (cause) {
    throw failure(cause, path)
  }
}

function failure(cause: unknown, path: string): unknown {
  if (cause instanceof HandfulError) return cause
  if (cause instanceof CsvError) return wrong(path, `line ${Number(cause['lines'])}: ${cause.message}`, { cause })
  const { code } = cause as NodeJS.ErrnoException
  if (code === 'ENOENT') return new HandfulError('NOT_FOUND', { path }, { cause })
  if (code === 'EACCES' || code === 'EPERM') return new HandfulError('NOT_PERMITTED', { path }, { cause })
  if (code === 'EISDIR') return wrong(path, 'it is a folder, not a label file', { cause })
  return cause
}

/** Comma, semicolon or tab, whichever the first line has most of: Excel writes semicolons in half of Europe. */
async function delimiterOf(path: string): Promise<string> {
  const stream = createReadStream(path, { encoding: 'utf8', end: 65_535 })
  let head = ''
  for await (const piece of stream) head += String(piece)
  const first = head.split(/\r?\n/, 1)[0]!.replace(/"[^"]*"/g, '')
  const count = (delimiter: string) => first.split(delimiter).length
  return [',', ';', '\t'].reduce((best, one) => (count(one) > count(best) ? one : best))
}

async function* readCsv(path: string): AsyncGenerator<LabelLine> {
  const delimiter = await delimiterOf(path)
  const parser = createReadStream(path).pipe(
    parse({ bom: true, delimiter, info: true, skip_empty_lines: true, relax_column_count_more: true, trim: false }),
  )
  let header: string[] | null = null
  let columns: Columns | null = null
  for await (const { record, info } of parser as AsyncIterable<{ record: string[]; info: { lines: number } }>) {
    if (header) yield* linesOf(path, record, (columns ??= findColumns(path, header, record)), info.lines)
    else header = record
  }
  if (!header) throw wrong(path, 'it is empty')
  if (!columns) findColumns(path, header, [])
}

interface Columns {
  path: number
  label: number
  /** Several classes a cell. */
  list: number
  /** A column a class: 1 where the image has it, 0 where not. */
  flags: { index: number; name: string }[]
  hash: number
  source: number
  confidence: number
  split: number
  own: boolean
}

/** @param first row of values, which tells columns of 0 and 1 */
function findColumns(path: string, header: string[], first: string[]): Columns {
  const names = header.map((name) => name.trim().toLowerCase())
  const find = (wanted: string[]) => wanted.map((name) => names.indexOf(name)).find((index) => index >= 0) ?? -1
  const found = {
    path: find(pathColumns),
    label: find(labelColumns),
    list: find(listColumns),
    hash: names.indexOf(hashColumn),
    source: names.indexOf('source'),
    confidence: names.indexOf('confidence'),
    split: find(splitColumns),
  }
  if (found.path < 0 && found.hash < 0) {
    throw wrong(path, `line 1: no column names the image; expected one of ${[...pathColumns, hashColumn].join(', ')}`)
  }
  const known = new Set(Object.values(found))
  const rest = header.flatMap((name, index) => (known.has(index) ? [] : [{ index, name: name.trim() }]))
  const flags = rest.length > 1 && rest.every(({ index, name }) => name !== '' && flagOf(first[index]) !== null) ? rest : []
  if (found.label < 0 && found.list < 0 && flags.length === 0) {
    const expected = `one of ${[...labelColumns, ...listColumns].join(', ')}, or a column of 0 and 1 for each class`
    throw wrong(path, `line 1: no column names the class; expected ${expected}`)
  }
  return {
    ...found,
    flags: found.label < 0 && found.list < 0 ? flags : [],
    own: ownColumns.every((name) => names.includes(name)),
  }
}

/** Null for what is neither. */
function flagOf(cell = ''): boolean | null {
  const text = cell.trim().toLowerCase()
  if (['1', '1.0', 'true', 'yes'].includes(text)) return true
  return ['0', '0.0', 'false', 'no', ''].includes(text) ? false : null
}

/** The classes that a row names, empty for none. */
function labelsOf(path: string, record: string[], { list, flags }: Columns, line: number): string[] {
  if (flags.length > 0) {
    return flags.flatMap(({ index, name }) => {
      const flag = flagOf(record[index])
      if (flag === null) throw wrong(path, `line ${line}: “${record[index]}” in column ${name} is neither 0 nor 1`)
      return flag ? [name] : []
    })
  }
  const cell = record[list] ?? ''
  const mark = listMarks.find((one) => cell.includes(one))
  return mark ? cell.split(mark).filter((one) => one.trim() !== '') : [cell]
}

function linesOf(path: string, record: string[], columns: Columns, line: number): LabelLine[] {
  const cell = (index: number) => {
    const text = record[index] ?? ''
    return columns.own ? text.replace(/^'(?='*[=+\-@\t\r\uff0b\uff0d\uff1d\uff20])/, '') : text
  }
  const about = {
    source: sourceOf(cell(columns.source)),
    confidence: confidenceOf(cell(columns.confidence)),
    split: splitOf(cell(columns.split)),
  }
  const row = labelLine(line, cell(columns.path), cell(columns.hash), '')
  if (columns.label >= 0) return [{ ...row, label: cell(columns.label).trim() || null, ...about }]
  const names = labelsOf(path, record, columns, line)
  return (names.length > 0 ? names : ['']).map((name) => ({ ...row, label: name.trim() || null, ...about }))
}

function labelLine(line: number, path: string, hash: string, label: string): LabelLine {
  return { line, path: path || null, sha256: hashOf(hash), label: label.trim() || null }
}

async function* readJsonLines(path: string): AsyncGenerator<LabelLine> {
  const stream = createReadStream(path, 'utf8')
  let line = 0
  try {
    for await (const text of createInterface({ input: stream, crlfDelay: Infinity })) {
      line++
      const row = line === 1 ? text.replace(/^\ufeff/, '') : text
      if (row.trim()) yield* jsonLines(path, row, line)
    }
  } finally {
    stream.destroy()
  }
  if (line === 0) throw wrong(path, 'it is empty')
}

function jsonLines(path: string, text: string, line: number): LabelLine[] {
  const row = parsed(path, text, line)
  const value = (names: string[]) => {
    const name = names.find((one) => row[one] !== undefined && row[one] !== null)
    const found = name === undefined ? '' : row[name]
    if (typeof found === 'string') return found
    if (typeof found === 'number') return String(found)
    throw wrong(path, `line ${line}: "${name}" is not text`)
  }
  const known = (names: string[]) => names.some((name) => name in row)
  if (!known([...pathColumns, hashColumn])) throw wrong(path, `line ${line}: nothing names the image (${pathColumns.join(', ')})`)
  if (Array.isArray(row['labels'])) return severalLabels(row, labelLine(line, value(pathColumns), value([hashColumn]), ''))
  if (!known(labelColumns)) throw wrong(path, `line ${line}: nothing names the class (${labelColumns.join(', ')})`)
  const about = { source: sourceOf(row['source']), confidence: confidenceOf(row['confidence']), split: splitOf(row['split']) }
  return [{ ...labelLine(line, value(pathColumns), value([hashColumn]), value(labelColumns)), ...about }]
}

function severalLabels(row: Record<string, unknown>, about: LabelLine): LabelLine[] {
  const list = (name: string) => (Array.isArray(row[name]) ? (row[name] as unknown[]) : [])
  const split = splitOf(row['split'])
  const labels = list('labels')
  if (labels.length === 0) return [{ ...about, split }]
  const [sources, confidences] = [list('sources'), list('confidences')]
  return labels.map((label, index) => ({
    ...about,
    label: String(label),
    source: sourceOf(sources[index]),
    confidence: confidenceOf(confidences[index]),
    split,
  }))
}

function parsed(path: string, text: string, line: number): Record<string, unknown> {
  try {
    const row = JSON.parse(text) as unknown
    if (row && typeof row === 'object' && !Array.isArray(row)) return row as Record<string, unknown>
  } catch (cause) {
    throw wrong(path, `line ${line}: ${(cause as Error).message}`, { cause })
  }
  throw wrong(path, `line ${line}: not a JSON object`)
}
