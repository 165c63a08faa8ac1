/** `handful export`: writes labels, images by class, or a classifier. */
import { resolve } from 'node:path'
import { InvalidArgumentError, Option } from 'commander'
import { ExportRequest } from '@shared/contract/exports'
import { Source } from '@shared/model'
import { exporterDescriptors } from '../../export/descriptors'
import { type CommandContext, finish } from '../command'
import { collected, fraction, list, parameter, wholeNumber } from '../options'
import type { CommonOptions, Register } from '../program'
import { openProject, type ProjectOption, projectOption } from '../project'

interface Options extends CommonOptions, ProjectOption {
  format: string
  to: string
  replace?: boolean
  sources?: Source[]
  minConfidence: number | null
  unlabeled?: boolean
  filter?: string[]
  split?: { validation: number; test: number }
  seed: number
  groupBy: 'none' | 'folder' | 'date' | 'camera'
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
    .option(
      '--filter <name=values>',
      'source=human,audited · confidence=0.9 · class=cat,dog · path=north/ · audit=passed; repeatable',
      collected,
    )
    .option('--split <validation,test>', 'fractions for validation and test, such as 0.1,0.2', split)
    .option('--seed <number>', 'seed of the split', wholeNumber, 0)
    .addOption(
      new Option('--group-by <what>', 'what never stands on two sides of the split')
        .choices(['none', 'folder', 'date', 'camera'])
        .default('none'),
    )
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

/** Wins over the options of the same meaning. */
function filters(given: readonly string[]): Partial<ExportRequest> {
  const request: Partial<ExportRequest> = {}
  for (const one of given) {
    const at = one.indexOf('=')
    const [name, values] = [one.slice(0, Math.max(at, 0)), one.slice(at + 1)]
    if (name === 'source') request.sources = sources(values)
    else if (name === 'confidence') request.minConfidence = confidence(values)
    else if (name === 'class') request.classes = [...(request.classes ?? []), ...list(values)]
    else if (name === 'path') request.paths = [...(request.paths ?? []), values]
    else if (one === 'audit=passed') request.audited = true
    else throw new InvalidArgumentError(`--filter ${one}: expected source=, confidence=, class=, path= or audit=passed.`)
  }
  return request
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
    split: options.split ? { ...options.split, seed: options.seed, groupBy: options.groupBy } : null,
    options: options.option,
    ...filters(options.filter ?? []),
  })
  const { rows, bySource } = await context.client.exports.preview(request)
  const { jobId } = await context.client.exports.start(request)
  const { summary } = await finish(context, jobId)
  return {
    json: { target: request.target, format: request.format, rows, bySource, summary },
    text: `${summary ?? 'Done'} → ${request.target}`,
  }
}
