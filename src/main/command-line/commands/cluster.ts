/** `handful cluster`: groups the images anew, by the encoder in use. */
import { type CommandContext, finish } from '../command'
import { fraction, wholeNumber } from '../options'
import type { CommonOptions, Register } from '../program'
import { openProject, type ProjectOption, projectOption } from '../project'

interface Options extends CommonOptions, ProjectOption {
  seed: number
  granularity?: number
}

export const addClusterCommand: Register = (program, run) =>
  void program
    .command('cluster')
    .description('Group the images by similarity; new images are embedded first.')
    .requiredOption(...projectOption)
    .option('--seed <number>', 'seed', wholeNumber, 0)
    .option('--granularity <0-1>', "coarse to fine (default: the clustering's own choice)", fraction)
    .action((options: Options) => run(options, (context) => cluster(context, options)))

async function cluster(context: CommandContext, options: Options) {
  await openProject(context.client, options)
  const { jobId } = await context.client.clusters.start({ seed: options.seed })
  await finish(context, jobId)
  const { granularity, clusters, outliers } = await context.client.clusters.list({ granularity: options.granularity ?? null })
  const shown = clusters.map(({ id, size, tightness, name }) => ({ id, size, tightness, name }))
  const lines = shown.map(({ id, size, name }) => `  ${id < 0 ? 'apart' : id}: ${size} images${name ? `, ${name}` : ''}`)
  return {
    json: { granularity, clusters: shown, outliers },
    text: [`${shown.filter(({ id }) => id >= 0).length} clusters, ${outliers} images apart`, ...lines].join('\n'),
  }
}
