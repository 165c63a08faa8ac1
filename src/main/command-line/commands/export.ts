/** `handful export`: writes labels, images by class, or a classifier. */
import { resolve } from 'node:path'
import { InvalidArgumentError, Option } from 'commander'
import { ExportRequest } from '@shared/contract/exports'
import { Source } from '@shared/model'
import { exporterDescriptors } from '../../export/descriptors'
import { type CommandContext, finish } from '../command'
import { fraction, list, parameter, wholeNumber } from '../options'
import type { CommonOptions, Register } from '../program'
import { openProject, type ProjectOption, projectOption } from '../project'

interface Options extends CommonOptions, ProjectOption {
  format: string
  to: string
  replace?: boolean
  sources?: Source[]
  minConfidence: number | null
  unlabeled?: boolean
  split?: { validation: number; test: number }
  seed: number
  option?: Record<string, unknown>
}

export const addExportCommand: Register = (program, run) =>
  void program
    .command('export')
    .description('Write labels as a table, images in a folder per class, or the classifier.')
    .requiredOption(...projectOption)
    .addOption(new Option('--format <id>', formats()).choices(exporterDescriptors.map(({ id }) => id)).makeOptionMandatory())
    .requiredOption('--to <path>', 'file or folder to make')
    .option('--replace', 'replace an earlier export')
    .option('--sources <list>', `of ${Source.options.join(',')} (default: all)`, sources)
    .option('--min-confidence <0-1|none>', 'pseudo-labels from here on; none leaves them out', confidence, 0)
    .option('--unlabeled', 'tables: rows for images without a label too')
    .option('--split <validation,test>', 'fractions for validation and test, such as 0.1,0.2', split)
    .option('--seed <number>', 'seed of the split', wholeNumber, 0)
    .option('--option <name=value>', 'an option of the format, such as how=symlink; repeatable', parameter)
    .action((options: Options) => run(options, (context) => write(context, options)))

const formats = () => exporterDescriptors.map(({ id, title }) => `${id}: ${title}`).join('; ')

function sources(text: string): Source[] {
  const given = list(text)
  const wrong = given.find((name) => !Source.safeParse(name).success)
  if (wrong !== undefined || given.length === 0) throw new InvalidArgumentError(`expected some of ${Source.options.join(', ')}.`)
  return given as Source[]
}

const confidence = (text: string) => (text === 'none' ? null : fraction(text))

function split(text: string): { validation: number; test: number } {
  const [validation, test, ...more] = list(text).map(fraction)
  if (validation === undefined || test === undefined || more.length) throw new InvalidArgumentError('expected two fractions.')
  return { validation, test }
}

async function write(context: CommandContext, options: Options) {
  await openProject(context.client, options)
  const request = ExportRequest.parse({
    format: options.format,
    target: resolve(options.to),
    replace: options.replace,
    sources: options.sources,
    minConfidence: options.minConfidence,
    unlabeled: options.unlabeled,
    split: options.split ? { ...options.split, seed: options.seed } : null,
    options: options.option,
  })
  const { rows, bySource } = await context.client.exports.preview(request)
  const { jobId } = await context.client.exports.start(request)
  const { summary } = await finish(context, jobId)
  return {
    json: { target: request.target, format: request.format, rows, bySource, summary },
    text: `${summary ?? 'Done'} → ${request.target}`,
  }
}
