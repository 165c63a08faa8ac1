/** `handful label`: takes over a label file, or labels single images. */
import { resolve } from 'node:path'
import { InvalidArgumentError } from 'commander'
import { HandfulError } from '@shared/errors'
import type { Answer, Client, CommandContext } from '../command'
import { collected } from '../options'
import type { CommonOptions, Register } from '../program'
import { openProject, type ProjectOption, projectOption } from '../project'

interface Options extends CommonOptions, ProjectOption {
  from?: string
  class?: string
  unknown?: boolean
  clear?: boolean
  path?: string[]
}

export const addLabelCommand: Register = (program, run) =>
  void program
    .command('label')
    .description('Label images: from a CSV or JSON Lines file with columns path and label, or by path.')
    .requiredOption(...projectOption)
    .option('--from <file>', 'label file; its labels never replace those of a person')
    .option('--class <name>', 'class to give; made when new')
    .option('--unknown', 'say that no class fits')
    .option('--clear', 'take the labels away')
    .option('--path <path>', 'image, relative to the image folder; repeatable', collected)
    .action((options: Options) => {
      check(options)
      return run(options, async (context) => {
        await openProject(context.client, options)
        return options.from === undefined ? labelPaths(context, options) : labelFrom(context, options.from)
      })
    })

function check({ from, class: name, unknown, clear, path }: Options): void {
  const acts = [name !== undefined, unknown, clear].filter(Boolean).length
  if (from === undefined ? acts !== 1 || !path?.length : acts > 0 || path)
    throw new InvalidArgumentError('give --from <file>, or one of --class, --unknown, --clear with --path.')
}

async function labelFrom({ client }: CommandContext, from: string): Promise<Answer> {
  const result = await client.annotations.importFile({ path: resolve(from) })
  return importAnswer(result, false)
}

/** What an import of labels came to, or would come to. */
export function importAnswer(result: Awaited<ReturnType<Client['annotations']['importFile']>>, dry: boolean): Answer {
  const { entry: _, ...json } = result
  const { matched, kept, unknownPathCount, unknownPaths, newClasses, conflicts, conflictCount, splits } = result
  const lines = [`${matched.toLocaleString('en')} images ${dry ? 'would be ' : ''}labeled`]
  if (splits) lines.push(`  ${splits.toLocaleString('en')} with their split`)
  if (kept) lines.push(`  ${kept.toLocaleString('en')} keep the label a person gave them`)
  if (newClasses.length) lines.push(`  new classes: ${newClasses.join(', ')}`)
  if (unknownPathCount)
    lines.push(`  ${unknownPathCount.toLocaleString('en')} rows name no image of this project: ${unknownPaths.join(', ')}`)
  if (conflictCount) lines.push(`  ${conflictCount.toLocaleString('en')} conflicts:`, ...conflicts.map((one) => `    ${one}`))
  return { json, text: lines.join('\n') }
}

async function labelPaths({ client }: CommandContext, options: Options): Promise<Answer> {
  const ordinals = await Promise.all((options.path ?? []).map((path) => find(client, path)))
  const selection = { ordinals: [...new Set(ordinals)] }
  const entry = options.clear
    ? await client.annotations.clear({ selection })
    : await client.annotations.label({
        selection,
        classId: options.class === undefined ? null : await classOf(client, options.class),
      })
  return { json: { samples: entry.samples, title: entry.title }, text: entry.title }
}

/** @throws HandfulError UNKNOWN_ID */
async function find(client: Client, path: string): Promise<number> {
  for (let offset = 0; ; offset += 1000) {
    const { total, rows } = await client.samples.page({ query: { text: path.slice(-500) }, offset, limit: 1000 })
    for (const { ordinal, path: first, files } of rows) {
      if (first === path) return ordinal
      if (files < 2) continue
      const { places } = await client.samples.get({ ordinal })
      if (places.some((place) => place.path === path)) return ordinal
    }
    if (offset + rows.length >= total) throw new HandfulError('UNKNOWN_ID', { what: 'image', id: path })
  }
}

/** Made when there is none of this name, whatever the case. */
export async function classOf(client: Client, name: string): Promise<string> {
  const known = (await client.classes.list()).find((one) => one.name.toLowerCase() === name.trim().toLowerCase())
  return (known ?? (await client.classes.create({ name }))).id
}
