/** `handful pretrain`: fits an encoder on the project's images, embeds and clusters them. */
import { type CommandContext, finish } from '../command'
import { parameter, positiveNumber, wholeNumber } from '../options'
import type { CommonOptions, Register } from '../program'
import { openProject, type ProjectOption, projectOption } from '../project'

interface Options extends CommonOptions, ProjectOption {
  task: string
  seed: number
  minutes?: number
  plan?: string
  param?: Record<string, unknown>
}

export const addPretrainCommand: Register = (program, run) =>
  void program
    .command('pretrain')
    .description('Learn an encoder from the images alone, then group them.')
    .requiredOption(...projectOption)
    .option('--task <id>', 'pretext task', 'auto')
    .option('--seed <number>', 'seed of every random choice', wholeNumber, 0)
    .option('--minutes <number>', 'time budget', positiveNumber)
    .option('--plan <run>', 'repeat this run exactly: its task, parameters, seed and numbers of steps')
    .option('--param <name=value>', 'a parameter of the task; repeatable', parameter)
    .action((options: Options) => run(options, (context) => pretrain(context, options)))

async function pretrain(context: CommandContext, options: Options) {
  await openProject(context.client, options)
  const { minutes, plan, param: parameters = {} } = options
  const budget = { ...(minutes ? { minutes } : {}), ...(plan ? { plan } : {}) }
  const { jobId, runId } = await context.client.pretrain.start({ task: options.task, seed: options.seed, parameters, ...budget })
  const job = await finish(context, jobId)
  const { task, seed, inputSize, dimensions, seconds, embedded, scores, notes } = (await context.client.pretrain.runs()).find(
    ({ id }) => id === runId,
  )!
  return {
    json: { runId, task, seed, inputSize, dimensions, embedded, seconds, scores, notes, summary: job.summary },
    text: [
      `${embedded.toLocaleString('en')} images embedded in ${dimensions ?? 0} dimensions; ${job.summary ?? ''}.`,
      ...notes.map((note) => `  ${note}`),
    ].join('\n'),
  }
}
