/** `handful doctor`: checks a project, repairs what can be repaired, and rescues what is left of one that does not open. */
import { resolve } from 'node:path'
import type { Finding } from '@shared/contract/care'
import { HandfulError } from '@shared/errors'
import { type Answer, type CommandContext } from '../command'
import { CommandFailure } from '../exit-codes'
import type { CommonOptions, Register } from '../program'
import { openProject, type ProjectOption, projectOption } from '../project'

interface Options extends CommonOptions, ProjectOption {
  repair?: boolean
}

export const addDoctorCommand: Register = (program, run) =>
  void program
    .command('doctor')
    .description('Check that a project is sound, and repair it.')
    .requiredOption(...projectOption)
    .option('--repair', 'back the project up and repair it; one that does not open is made anew from what can be read')
    .action((options: Options) => run(options, (context) => doctor(context, options)))

async function doctor({ client }: CommandContext, options: Options): Promise<Answer> {
  const lines: string[] = []
  let salvaged: { kept: string; rows: Record<string, number> } | null = null
  try {
    await openProject(client, options)
  } catch (cause) {
    if (!options.repair || (cause as { code?: string }).code !== 'PROJECT_DAMAGED') throw cause
    salvaged = await client.care.salvage({ folder: resolve(options.project) })
    const rows = Object.entries(salvaged.rows).map(([table, count]) => `${count} of ${table}`)
    lines.push(`A new database was made of what could be read: ${rows.join(', ')}. The damaged one is kept as ${salvaged.kept}.`)
    await openProject(client, options)
  }
  const found = await client.care.verify()
  const repaired = options.repair && found.length > 0 ? await client.care.repair() : null
  lines.push(...(found.length ? found.map(line) : ['The project is sound.']))
  if (repaired)
    lines.push(`Repaired what can be; a backup is in ${repaired.backup}.`, ...repaired.left.map((one) => `Left: ${line(one)}`))
  const left = repaired ? repaired.left : found
  if (left.some(({ code }) => code === 'structure' || code === 'references')) throw stillDamaged(options.project, left)
  return { json: { found, left, salvaged, backup: repaired?.backup ?? null }, text: lines.join('\n') }
}

const line = ({ text, count, repairable }: Finding) => `${text} (${count}${repairable ? ', can be repaired' : ''})`

function stillDamaged(path: string, left: Finding[]): CommandFailure {
  const reason = left
    .map(({ text }) => text)
    .join(' ')
    .replace(/\.$/, '')
  const { code, message, data } = new HandfulError('PROJECT_DAMAGED', { path: resolve(path), reason })
  return new CommandFailure({ code, message, data })
}
