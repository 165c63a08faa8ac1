/** Words of labeling progress and calibration. */
import type { Advice, Estimate } from '@shared/contract/progress'
import { formatCount, formatFinePercent, formatPercent, plural } from './format'

const points = (value: number) => (100 * value).toFixed(1)

export const progress = {
  title: 'Progress',
  accuracy: 'Guesses right',
  accuracyOf: ({ value, low, high }: Estimate) => `${formatPercent(value)} (${formatPercent(low)} – ${formatPercent(high)})`,
  accuracyHelp: (right: number, checks: number) =>
    `${formatCount(right)} of ${plural(checks, 'image')} drawn at random were guessed right before their answer counted. The interval holds the truth in 95 of 100 cases.`,
  gain: 'Ten more labels',
  gainOf: ({ value, high }: Estimate) => `+${points(value)} points (at most ${points(high)})`,
  gainHelp:
    'How many more guesses in a hundred ten labels are expected to put right, from what the later half of your labels did.',
  pace: 'Pace',
  perMinute: (rate: number) => `${rate < 10 ? rate.toFixed(1) : formatCount(Math.round(rate))} labels a minute`,
  history: (first: number, last: number) => `Share of guesses right, from ${plural(first, 'label')} to ${plural(last, 'label')}`,
  advice: (advice: Advice | null, needed: number): string => {
    switch (advice) {
      case 'accurate':
        return 'You can stop: at least 95 % of the guesses are right.'
      case 'small-gain':
        return 'You can stop: ten more labels would add less than one point.'
      case 'go-on':
        return 'More labels still help.'
      case 'more-checks':
      case null:
        return `Not measured yet: ${plural(needed, 'more answer')} to questions drawn at random. About every tenth question is one.`
      default:
        return advice satisfies never
    }
  },
}

export const calibration = {
  open: 'Calibration',
  title: 'Do confidences mean what they say?',
  text: (checks: number) =>
    `Of the guesses with 80 % confidence, 80 % should be right. Measured on ${plural(checks, 'image')} drawn at random, each guessed without its own label.`,
  none: 'Not measured yet. It takes answers to questions drawn at random; about every tenth question is one.',
  by: 'Calibrated by',
  byOf: { temperature: 'temperature scaling', isotonic: 'isotonic regression', none: 'not calibrated' },
  few: 'With so few images the points scatter by chance.',
  error: 'Calibration error',
  errorOf: (error: number) => `${points(error)} points`,
  brier: 'Brier score',
  brierOf: (brier: number) => brier.toFixed(3),
  confidence: 'Confidence',
  right: 'Right',
  plot: 'Share of guesses right by their confidence',
  guesses: 'Guesses',
  each: 'Each class of an image is a guess of its own, calibrated by itself.',
  percent: formatFinePercent,
  axis: formatPercent,
}

export const fineTune = {
  start: 'Fine-tune',
  running: 'Fine-tuning…',
  help: 'The end of the encoder learns from your labels and from sure guesses, some minutes. It is used only if more of the random checks are then guessed right than luck explains.',
  oneClass: 'Only where each image has one class.',
  waiting: (needed: number) => `Needs ${plural(needed, 'more answer')} to questions drawn at random, to judge the result by.`,
}
