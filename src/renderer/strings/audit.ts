/** Words of the audit page. */
import { formatCount, formatFinePercent, plural } from './format'

const range = (lower: number, upper: number) => `${formatFinePercent(lower)} to ${formatFinePercent(upper)}`

export const audit = {
  title: 'Audit',
  note: 'A blind check of a few guesses tells how right all of them are.',
  begin: {
    title: 'How right must accepted guesses be?',
    text: (guesses: number) =>
      `Handful sets a limit of confidence per class, draws ${guesses > 400 ? 'up to 400 of' : 'part or all of'} the ${plural(guesses, 'guess', 'guesses')} at random, and asks you without showing its guess. All of it is fixed before your first answer, and stopping early is accounted for, so the result can be trusted.`,
    target: 'Right at least',
    start: 'Begin the audit',
  },
  waiting: 'No guesses to audit yet',
  waitingHelp: 'Label a few images of at least two classes first. An audit then checks the guesses for the others.',
  question: 'What is this?',
  severalQuestion: 'What does it show?',
  severalHelp: 'Give every class that fits. U: none fits.',
  severalDone: 'That is all',
  blind: 'The guess is not shown, so that it cannot sway you.',
  progress: (done: number, all: number) => `${formatCount(done)} of at most ${formatCount(all)} checked`,
  untilLook: (checks: number) => `Next result after ${plural(checks, 'more check')}, sooner if the target is out of reach`,
  firstLook: (checks: number) => `First result after ${plural(checks, 'more check')}, sooner if the target is out of reach`,
  differs: {
    title: 'You and Handful differ. Which is right?',
    yours: 'Your answer',
    guess: 'Handful’s guess',
    also: 'Handful sees another class. Is it there?',
    alsoGuess: 'There is also',
  },
  levels: {
    title: 'So far',
    finished: 'Result',
    caption: 'Guesses that would be accepted, and how many of them are right',
    names: ['The surest alone', 'All that are sure enough'],
    only: 'Guesses that are sure enough',
    accepted: 'Accepted',
    right: 'Right (95 % interval)',
    interval: (estimate: number | null, lower: number, upper: number) =>
      estimate === null ? 'not known yet' : `${formatFinePercent(estimate)} (${range(lower, upper)})`,
    holds: 'holds',
    not: 'not shown yet',
  },
  holds: (accepted: number) => `The target holds for ${plural(accepted, 'guess', 'guesses')}`,
  holdsText: (estimate: number, lower: number, upper: number, person: number, several: boolean) =>
    `${formatFinePercent(estimate)} are right (95 % interval ${range(lower, upper)}). ${several ? plural(person, 'guess needs', 'guesses need') : plural(person, 'image needs', 'images need')} you.`,
  more: 'More checks make the interval narrower and may let more be accepted.',
  everything: (share: number) =>
    `You checked each of these guesses yourself: ${formatFinePercent(share)} were right. Your answers are labels.`,
  finish: 'Finish the audit',
  accept: (count: number) => `Accept ${formatCount(count)}`,
  discard: 'End without accepting',
  cannot: (target: number) => `The target of ${formatFinePercent(target)} cannot be shown`,
  cannotText: (level: { estimate: number | null; lower: number; upper: number }) =>
    level.estimate === null
      ? 'Too little was checked.'
      : `Of the guesses checked, ${formatFinePercent(level.estimate)} are right (95 % interval ${range(level.lower, level.upper)}). Your answers are kept as labels and teach Handful: label some more, then audit again, or choose a lower target.`,
  again: 'New audit',
  stale: 'Labels came since this audit began. It speaks of the guesses as they were then; a new audit would check the new ones.',
  ended: 'Last audit',
  endedAccepted: (accepted: number, estimate: number | null, lower: number, upper: number) =>
    estimate === null
      ? `${plural(accepted, 'guess', 'guesses')} accepted`
      : `${plural(accepted, 'guess', 'guesses')} accepted: ${formatFinePercent(estimate)} right (95 % interval ${range(lower, upper)})`,
  endedChecked: 'You checked each of these guesses yourself, so that none was left to accept. Your answers are labels.',
  toExport: 'Export',
  endedNone: 'Ended with nothing accepted; its answers are kept as labels.',
  percent: formatFinePercent,
}
