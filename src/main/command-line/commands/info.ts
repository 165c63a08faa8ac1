/** `handful info`: what a project holds. */
import type { CommandContext } from '../command'
import type { CommonOptions, Register } from '../program'
import { openProject, type ProjectOption, projectOption } from '../project'

export const addInfoCommand: Register = (program, run) =>
  void program
    .command('info')
    .description('Say what a project holds.')
    .requiredOption(...projectOption)
    .action((options: CommonOptions & ProjectOption) => run(options, (context) => info(context, options)))

async function info({ client }: CommandContext, options: ProjectOption) {
  const project = await openProject(client, options)
  const [runs, classes, jobs] = await Promise.all([client.pretrain.runs(), client.classes.list(), client.jobs.list()])
  const { counts } = project
  const interrupted = jobs.filter(({ state }) => state === 'paused').map(({ title }) => title)
  const labels = Object.entries(counts.bySource).filter(([, count]) => count > 0)
  const lines = [
    `${project.name}: ${project.folder}`,
    `  images: ${counts.samples} (${counts.files} files, ${counts.quarantined} unreadable, ${counts.missing} missing) in ${project.root}`,
    `  labels: ${counts.labeled}${labels.length ? ` (${labels.map(([source, count]) => `${count} ${source}`).join(', ')})` : ''}, pseudo-labels: ${counts.pseudoLabeled}`,
    `  classes: ${classes.map(({ name }) => name).join(', ') || 'none'}`,
    ...runs.map((run) => `  run ${run.id}${run.active ? ' (in use)' : ''}: ${run.task}, seed ${run.seed}, ${run.state}`),
    ...interrupted.map((title) => `  cut short: ${title} (handful resume goes on)`),
  ]
  return { json: { project, runs, classes, interrupted }, text: lines.join('\n') }
}
