/** Words of the review page. */
import { formatCount, formatFinePercent, formatPercent, plural } from './format'

export const review = {
  title: 'Review',
  note: 'Guesses for the images without a label. Check them, correct them, accept the sure ones.',
  plain: 'These are guesses, not labels.',
  meaning:
    'The confidence is how sure the head is, from 0 to 100 %. Among guesses of 90 % about nine in ten should be right, but that is itself an estimate: look before you accept.',
  grid: 'Guesses, least sure first',
  waiting: 'No guesses yet',
  waitingHelp: 'Label a few images of at least two classes. Guesses for all the others come within seconds.',
  toLabel: 'Go to labeling',
  allDone: 'No guesses left',
  allDoneHelp: 'Every image has a label.',
  toExport: 'Export',
  head: {
    by: 'Guessed by',
    accuracy: 'Right in cross-validation',
    accuracyHelp:
      'Each label was hidden in turn and guessed from the others. Labels you chose to give are not a fair sample, so the folder may differ.',
    unknown: 'too few labels to say',
    labels: (count: number) => plural(count, 'label'),
    learned: 'Learned from',
    stale: 'Updating…',
    fresh: 'Up to date',
    refit: 'Guess anew',
    others: (name: string, value: number) => `${name} ${formatFinePercent(value)}`,
    percent: formatFinePercent,
  },
  all: 'All classes',
  classes: 'Guesses per class',
  count: (count: number) => plural(count, 'guess', 'guesses'),
  histogram: (name: string, count: number) => `Confidence of ${plural(count, 'guess', 'guesses')} of ${name}`,
  showClass: (name: string, count: number) => `Show ${name}, ${plural(count, 'guess', 'guesses')}`,
  threshold: 'Accept from confidence',
  thresholdText: (value: number) => `${formatPercent(value)} and above`,
  accept: (count: number, name: string | null) =>
    name === null ? `Accept ${formatCount(count)}` : `Accept ${formatCount(count)} as ${name}`,
  acceptHelp: 'Accepted guesses become labels marked as accepted, apart from those you gave. One undo takes all of them back.',
  order: 'Order',
  least: 'Least sure first',
  most: 'Surest first',
  selectHint: 'Select wrong ones and press the right number. G: the guess is right.',
  agree: 'The guess is right',
}
