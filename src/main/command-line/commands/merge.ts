/** `handful merge`: brings the acts of another copy of a project into it. */
import { resolve } from 'node:path'
import type { CommandContext } from '../command'
import type { CommonOptions, Register } from '../program'
import { openProject, type ProjectOption, projectOption } from '../project'

export const addMergeCommand: Register = (program, run) =>
  void program
    .command('merge <copy>')
    .description('Bring the labels of another copy of a project into it.')
    .requiredOption(...projectOption)
    .action((copy: string, options: CommonOptions & ProjectOption) => run(options, (context) => merge(context, copy, options)))

async function merge({ client }: CommandContext, copy: string, options: ProjectOption) {
  await openProject(client, options)
  const merged = await client.care.merge({ folder: resolve(copy) })
  const { acts, classes, samples } = merged
  return {
    json: { ...merged },
    text: `${acts} acts, ${classes} classes and ${samples} images were new. Where both copies spoke of an image, the later act counts.`,
  }
}
