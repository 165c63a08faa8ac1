/** `handful import`: makes a project of an image folder, or brings one up to date. */
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { Option } from 'commander'
import { Fit, Labeling, type ProjectState } from '@shared/model'
import { type Client, type CommandContext, finish } from '../command'
import type { CommonOptions, Register } from '../program'
import { openProject, type ProjectOption, projectState } from '../project'

interface Options extends CommonOptions, Partial<ProjectOption> {
  fit: Fit
  labeling: Labeling
  followLinks?: boolean
}

export const addImportCommand: Register = (program, run) =>
  void program
    .command('import')
    .description('Read a folder of images into a project; an existing project is brought up to date.')
    .argument('<folder>', 'the image folder; nothing in it is ever written')
    .option('-p, --project <folder>', 'the project folder (default: made in the projects folder)')
    .addOption(new Option('--fit <how>', 'how images become square').choices(Fit.options).default('letterbox'))
    .addOption(new Option('--labeling <how>', 'one class per image, or several').choices(Labeling.options).default('single'))
    .option('--follow-links', 'follow symbolic links')
    .action((folder: string, options: Options) => run(options, (context) => importFolder(context, folder, options)))

async function importFolder(context: CommandContext, folder: string, options: Options) {
  const began = performance.now()
  const jobId = await begin(context.client, resolve(folder), options)
  const job = await finish(context, jobId)
  const state = await projectState(context.client)
  const { total, rows } = await context.client.samples.quarantine({ offset: 0, limit: 20 })
  const { samples, files, duplicates, missing } = state.counts
  const seconds = (performance.now() - began) / 1000
  const problems = rows.map(({ path, reason }) => `  ${path}: ${reason}`)
  return {
    json: { project: state.folder, samples, files, duplicates, missing, quarantined: total, problems: rows, seconds },
    text: [`${job.summary ?? 'Done'}. Project: ${state.folder}`, ...problems, ...(total > rows.length ? ['  …'] : [])].join('\n'),
  }
}

/** Starts the import of a new or an existing project; nothing else follows by itself. */
async function begin(client: Client, root: string, { project, fit, labeling, followLinks = false }: Options): Promise<string> {
  if (project !== undefined && existsSync(join(resolve(project), 'project.sqlite'))) {
    const state: ProjectState = await openProject(client, { project })
    const { jobId } = await client.projects.rescan({ automatic: false, ...(state.root === root ? {} : { root }) })
    return jobId
  }
  const folder = project === undefined ? {} : { folder: resolve(project) }
  await client.projects.create({ root, fit, labeling, followLinks, automatic: false, ...folder })
  const [job] = await client.jobs.list()
  return job!.id
}
