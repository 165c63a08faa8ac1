/** Camtrap DP 1.0.1 (camera trap data package): a deployment per folder, media, and an observation per label. */
import { createHash } from 'node:crypto'
import { posix } from 'node:path'
import type { z } from 'zod'
import { CamtrapOptions } from './camtrap-dp.descriptor'
import { observationColumns, packageOf, deploymentColumns, mediaColumns } from './camtrap-package'
import type { Exporter, ExportLabel, ExportRow } from './exporter'
import { inFolder } from './folder'
import { csvLines, isoTime, rounded } from './table'

type Options = z.infer<typeof CamtrapOptions>

interface Deployment {
  id: string
  folder: string
  first: number
  last: number
}

export const camtrapDp: Exporter = {
  id: 'camtrap-dp',
  write(context, root) {
    const options = CamtrapOptions.parse(context.options)
    return inFolder(context, root, async (folder) => {
      const deployments = new Map<string, Deployment>()
      const dated = function* () {
        for (const row of context.data.rows()) {
          if (row.takenAt !== null) yield row
        }
      }
      for (const row of context.data.rows()) {
        if (row.takenAt === null) folder.lost.push(`${row.text}: nothing says when it was taken, which Camtrap DP demands`)
        else note(deployments, row)
      }
      const media = (rows: ExportRow[]) =>
        csvLines(
          rows.map((row) => mediaLine(row, options)),
          false,
        )
      const { progress } = context
      const count = await folder.rows('media.csv', dated(), media, {
        head: csvLines([mediaColumns.map(([name]) => name)]),
        progress,
      })
      const places = csvLines(
        [deploymentColumns.map(([name]) => name), ...[...deployments.values()].map((one) => deploymentLine(one, options))],
        false,
      )
      await folder.text('deployments.csv', places)
      const kinds = kindsOf(options)
      const observations = (rows: ExportRow[]) =>
        csvLines(
          rows.flatMap((row) => observationLines(row, options, kinds)),
          false,
        )
      await folder.rows('observations.csv', dated(), observations, { head: csvLines([observationColumns.map(([name]) => name)]) })
      await folder.text(
        'datapackage.json',
        `${JSON.stringify(packageOf(context, { deployments: [...deployments.values()], options }), null, 2)}\n`,
      )
      const sheet = {
        files: [
          ['datapackage.json', 'what the tables are, after Camtrap DP 1.0.1'],
          ['deployments.csv', 'one deployment per folder'],
          ['media.csv', 'the photos; paths are relative to the image folder'],
          ['observations.csv', 'one observation per label'],
        ],
      } as const
      return { what: `${count.toLocaleString('en')} photos in ${deployments.size} deployments`, sheet }
    })
  },
}

const folderOf = ({ text }: ExportRow) => posix.dirname(text)
const idOf = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 16)

function note(deployments: Map<string, Deployment>, row: ExportRow): void {
  const folder = folderOf(row)
  const at = row.takenAt!
  const known = deployments.get(folder)
  if (!known) deployments.set(folder, { id: idOf(folder), folder, first: at, last: at })
  else {
    known.first = Math.min(known.first, at)
    known.last = Math.max(known.last, at)
  }
}

/** `takenAt` is the camera's clock read as if it were UTC; the time zone is what the person says. */
const localTime = (at: number, timeZone: string) => isoTime(at)!.replace(/\.\d+Z$/, timeZone)

const mediaTypes: Record<string, string> = {
  jpeg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
  tiff: 'image/tiff',
  gif: 'image/gif',
}

const mediaLine = (row: ExportRow, { timeZone }: Options) => [
  idOf(row.text),
  idOf(folderOf(row)),
  localTime(row.takenAt!, timeZone),
  row.text,
  'false',
  row.text.split('/').at(-1)!,
  mediaTypes[row.format] ?? `image/${row.format}`,
]

const deploymentLine = ({ id, folder, first, last }: Deployment, { latitude, longitude, timeZone }: Options) => [
  id,
  folder === '.' ? '' : folder,
  latitude,
  longitude,
  localTime(first, timeZone),
  localTime(last, timeZone),
]

/** UTC; the format has no room for fractions. */
const wholeSeconds = (at: number | null) => isoTime(at)?.replace(/\.\d+Z$/, 'Z') ?? null

type Kinds = Map<string, 'blank' | 'human' | 'vehicle'>

function kindsOf(options: Options): Kinds {
  const kinds: Kinds = new Map()
  for (const kind of ['blank', 'human', 'vehicle'] as const)
    for (const name of options[kind].split(',')) if (name.trim()) kinds.set(name.trim().toLowerCase(), kind)
  return kinds
}

function observationLines(row: ExportRow, { timeZone }: Options, kinds: Kinds) {
  const line = (number: number, kind: string, species: string, label: ExportLabel | null) => {
    const machine = label?.source === 'propagated' && label.confirmedAt === null
    const at = localTime(row.takenAt!, timeZone)
    const place = [`${idOf(row.text)}-${number}`, idOf(folderOf(row)), idOf(row.text), '', at, at, 'media', kind, species]
    const how = label ? [machine ? 'machine' : 'human', machine ? 'Handful' : '', wholeSeconds(label.confirmedAt)] : ['', '', '']
    return [...place, ...how, rounded(label?.confidence ?? null), label?.source ?? '']
  }
  if (row.labels.length === 0) return [line(0, row.unknown ? 'unknown' : 'unclassified', '', null)]
  return row.labels.map((label, index) => {
    const kind = kinds.get(label.name.toLowerCase()) ?? 'animal'
    return line(index, kind, kind === 'animal' ? label.name : kind === 'human' ? 'Homo sapiens' : '', label)
  })
}
