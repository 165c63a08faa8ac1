/** `handful simulate`: how far a handful of labels goes on a folder whose classes are known. */
import { InvalidArgumentError } from 'commander'
import type { Answer, CommandContext } from '../command'
import { counts, fraction, parameter, positiveNumber, wholeNumber } from '../options'
import type { CommonOptions, Register } from '../program'
import type { SimulatedAudit } from '../simulate/audit'
import { simulate, type Simulation } from '../simulate/simulate'

interface Options extends CommonOptions {
  labels?: number[]
  perClass?: number[]
  task: string
  param?: Record<string, unknown>
  minutes?: number
  strategy: string
  seed: number
  audit?: number
}

const explanation = `
The name of an image's top-level folder below <folder> is its class; it reaches nothing but the simulated answers and the scoring.
--labels N: the query strategy chooses N images without the truth; each N is a session of its own.
--per-class K: an oracle protocol: K images of each class are drawn uniformly with the truth.
Accuracy is measured on the images that were not labeled; those without a pseudo-label count as wrong.
Copies of one image in folders of several classes count for the class with the most copies, of equal ones the first in the alphabet.`

export const addSimulateCommand: Register = (program, run) =>
  void program
    .command('simulate')
    .description('Play labeling sessions on a folder with one subfolder per class, and score them.')
    .argument('<folder>', 'folder with a subfolder for each class')
    .option('--labels <list>', 'numbers of labels, such as 10,50,100', counts)
    .option('--per-class <list>', 'numbers of labels per class, such as 1,5,10 (oracle protocol)', counts)
    .option('--task <id>', 'pretext task: auto, instant, simclr, …', 'auto')
    .option('--param <name=value>', 'a parameter of the task; repeatable', parameter)
    .option('--minutes <number>', 'time budget of pretraining', positiveNumber)
    .option('--strategy <id>', 'query strategy: auto, typical, random, …', 'auto')
    .option('--audit <fraction>', 'after each session, audit to this precision, such as 0.95', fraction)
    .option('--seed <number>', 'seed of every random choice', wholeNumber, 0)
    .addHelpText('after', explanation)
    .action((folder: string, options: Options) => {
      const { labels = [], perClass = [] } = options
      if (labels.length + perClass.length === 0) throw new InvalidArgumentError('give --labels or --per-class.')
      return run(options, (context) => answer(context, folder, { ...options, labels, perClass }))
    })

async function answer(
  context: CommandContext,
  folder: string,
  {
    labels,
    perClass,
    task,
    param: parameters = {},
    minutes,
    strategy,
    seed,
    audit,
  }: Options & { labels: number[]; perClass: number[] },
): Promise<Answer> {
  const simulation = await simulate(context, folder, { labels, perClass, task, parameters, minutes, strategy, seed, audit })
  return { json: { ...simulation }, text: table(simulation) }
}

function table({ images, classes, task, seed, results, seconds, peakMb }: Simulation): string {
  const percent = (value: number) => (100 * value).toFixed(1).padStart(6)
  const rows = results.map(({ labels, perClass, accuracy, balancedAccuracy, knn, head }) => {
    const asked = perClass === null ? '' : `  (oracle: ${perClass} per class)`
    return `${String(labels).padStart(7)} ${percent(accuracy)} ${percent(balancedAccuracy)} ${percent(knn)}  ${head ?? 'no pseudo-labels'}${asked}`
  })
  const times = Object.entries(seconds).map(([stage, value]) => `${stage} ${value.toFixed(1)} s`)
  return [
    `${images} images, ${classes} classes, task ${task}, seed ${seed}`,
    ' labels    acc. balanced   kNN',
    ...rows,
    ...results.flatMap(({ audit }) => audit ?? []).map(auditLine),
    `${times.join(', ')}; peak memory ${peakMb} MB`,
  ].join('\n')
}

function auditLine({
  target,
  outcome,
  checks,
  accepted,
  needPerson,
  estimate,
  lower,
  upper,
  truePrecision,
}: SimulatedAudit): string {
  const percent = (value: number) => `${(100 * value).toFixed(1)} %`
  if (outcome === 'unsure') return `Audit to ${percent(target)}: no pseudo-label is sure enough.`
  const shown = estimate === null ? '' : `, ${percent(estimate)} right (95 % interval ${percent(lower)} to ${percent(upper)})`
  if (outcome === 'cannot') return `Audit to ${percent(target)}: cannot be shown after ${checks} checks${shown}.`
  const truth = truePrecision === null ? '' : `; in truth ${percent(truePrecision)}`
  return `Audit to ${percent(target)}: ${accepted} accepted after ${checks} checks${shown}${truth}; ${needPerson} need a person.`
}
