/** `handful resume`: goes on with jobs that were cut short. */
import { HandfulError } from '@shared/errors'
import { type CommandContext, finish } from '../command'
import type { CommonOptions, Register } from '../program'
import { openProject, type ProjectOption, projectOption } from '../project'

export const addResumeCommand: Register = (program, run) =>
  void program
    .command('resume')
    .description('Go on with jobs that were cut short by a kill or a power cut.')
    .requiredOption(...projectOption)
    .action((options: CommonOptions & ProjectOption) => run(options, (context) => resume(context, options)))

async function resume(context: CommandContext, options: ProjectOption) {
  await openProject(context.client, options)
  const open = (await context.client.jobs.list()).filter(({ state }) => state === 'paused').reverse()
  if (open.length === 0) throw new HandfulError('NOTHING_TO_DO', { what: 'no job was cut short' })
  const done: { title: string; summary: string | null }[] = []
  for (const { id, title } of open) {
    await context.client.jobs.resume({ id })
    done.push({ title, summary: (await finish(context, id)).summary })
  }
  return { json: { jobs: done }, text: done.map(({ title, summary }) => `${title}: ${summary ?? 'done'}`).join('\n') }
}
