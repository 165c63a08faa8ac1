/** `handful import-labels`: takes over labels, confidences and splits from a file or folder of any known format. */
import { resolve } from 'node:path'
import { Option } from 'commander'
import { importers } from '../../dataset/importers/registry'
import type { CommonOptions, Register } from '../program'
import { openProject, type ProjectOption, projectOption } from '../project'
import { importAnswer } from './label'

interface Options extends CommonOptions, ProjectOption {
  from: string
  format?: string
  keepSources?: boolean
  dryRun?: boolean
}

const formats = importers.map(({ id, title }) => `${id}: ${title}`).join('; ')

export const addImportLabelsCommand: Register = (program, run) =>
  void program
    .command('import-labels')
    .description('Take over labels of another program. They never replace those of a person.')
    .requiredOption(...projectOption)
    .requiredOption('--from <path>', 'file or folder with labels')
    .addOption(new Option('--format <id>', `told by the name otherwise. ${formats}`).choices(importers.map(({ id }) => id)))
    .option('--keep-sources', 'labels keep the source that the file gives them; otherwise all are imported')
    .option('--dry-run', 'say what would happen, and change nothing')
    .action((options: Options) =>
      run(options, async ({ client }) => {
        await openProject(client, options)
        const { format = null, keepSources = false, dryRun = false } = options
        return importAnswer(
          await client.annotations.importFile({ path: resolve(options.from), format, keepSources, dryRun }),
          dryRun,
        )
      }),
    )
