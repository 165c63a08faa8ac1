/** `handful propagate`: spreads the labels over the folder, and accepts what is sure enough. */
import { HandfulError } from '@shared/errors'
import type { CommandContext } from '../command'
import { fraction } from '../options'
import type { CommonOptions, Register } from '../program'
import { openProject, type ProjectOption, projectOption } from '../project'

interface Options extends CommonOptions, ProjectOption {
  accept?: number
  class?: string
}

export const addPropagateCommand: Register = (program, run) =>
  void program
    .command('propagate')
    .description('Give every image without a label a pseudo-label with a confidence.')
    .requiredOption(...projectOption)
    .option('--accept <confidence>', 'make pseudo-labels from this confidence on labels (source: propagated)', fraction)
    .option('--class <name>', 'accept those of this class only')
    .action((options: Options) => run(options, (context) => propagate(context, options)))

async function propagate({ client }: CommandContext, options: Options) {
  await openProject(client, options)
  const { head, waitingFor, classes } = await client.review.refit()
  if (!head) throw new HandfulError('NOT_READY', { needs: waitingFor?.replace(/^This needs (.*) first\.$/, '$1') ?? 'labels' })
  const names = new Map((await client.classes.list()).map(({ id, name }) => [id, name]))
  const accepted = options.accept === undefined ? 0 : await accept(client, options.accept, options.class)
  const shown = classes.map(({ classId, ...rest }) => ({ name: names.get(classId), ...rest }))
  const total = shown.reduce((sum, { pseudoLabels }) => sum + pseudoLabels, 0)
  const lines = shown.map(({ name, pseudoLabels }) => `  ${name ?? ''}: ${pseudoLabels.toLocaleString('en')}`)
  if (options.accept !== undefined) lines.push(`${accepted.toLocaleString('en')} accepted`)
  const { title: method, labels, crossValidated } = head
  return {
    json: { method, labels, crossValidated, pseudoLabels: total, classes: shown, accepted },
    text: [
      `${total.toLocaleString('en')} pseudo-labels by ${method}, fitted on ${labels.toLocaleString('en')} labels`,
      ...lines,
    ].join('\n'),
  }
}

async function accept(client: CommandContext['client'], minConfidence: number, className?: string): Promise<number> {
  const above = { minConfidence, ...(className === undefined ? {} : { classId: await idOf(client, className) }) }
  if ((await client.review.countAbove(above)) === 0) return 0
  return (await client.review.accept(above)).samples
}

async function idOf(client: CommandContext['client'], name: string): Promise<string> {
  const found = (await client.classes.list()).find((one) => one.name.toLowerCase() === name.toLowerCase())
  if (!found) throw new HandfulError('UNKNOWN_ID', { what: 'class', id: name })
  return found.id
}
