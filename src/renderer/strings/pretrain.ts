/** Words of the pretrain page. */
import { formatCount, formatSeconds, plural } from './format'

interface Ranked {
  best: string
  second: string
  /** Shares of the labels. */
  gain: number
  low: number
  high: number
  labels: number
}

const points = (share: number) => (100 * share).toFixed(1).replace('-', '−')

export const pretrain = {
  title: 'Pretrain',
  note: 'Teaches an encoder what is alike in your images, without any labels.',
  how: [
    'An encoder is fitted on exactly these images. Nothing is downloaded and nothing leaves this computer.',
    'Every image becomes a short list of numbers, its embedding: similar images get similar numbers.',
    'From these, clusters and guesses are made. Your labels stay as they are, whichever run is in use.',
  ],
  howTitle: 'What will happen',
  task: 'Pretext task',
  more: (count: number) => `${count} more ways to learn`,
  fewer: 'Only the usual ones',
  parameters: 'Parameters',
  noParameters: 'This task needs no choices.',
  views: {
    title: 'Altered versions it will learn from',
    help: 'Each row must still show the same thing to you; if it does not, choose another domain above.',
    redraw: 'Draw others',
    none: 'There are no images to show yet.',
    original: (path: string) => `${path}, as it is`,
    version: (at: number) => `Altered version ${at}`,
  },
  seed: 'Seed',
  seedHelp: 'The same seed gives the same result.',
  seedProblem: 'A whole number from 0 is needed.',
  minutes: 'Time budget, minutes',
  minutesHelp: 'Left empty, the task decides.',
  minutesProblem: 'More than 0.',
  start: 'Start pretraining',
  again: 'Pretrain again',
  running: 'A run is under way; its progress is below. Another one waits for its turn.',
  started: 'Pretraining started',
  budget: 'Time budget',
  budgets: [
    { title: '1 minute', minutes: 1 },
    { title: '5 minutes', minutes: 5 },
    { title: '15 minutes', minutes: 15 },
    { title: '1 hour', minutes: 60 },
    { title: 'Overnight', minutes: 480 },
  ],
  live: 'The run under way',
  paused: 'The run that is paused',
  pausedHelp: 'It keeps its place, also when Handful is closed, and uses no processor meanwhile.',
  pause: 'Pause',
  resume: 'Resume',
  lossFrom: (first: string, now: string) => `Loss: ${first} at first, ${now} now`,
  runs: 'Runs',
  noRuns: 'No run yet. The first one takes about a minute for a few thousand images.',
  columns: { run: 'Run', made: 'Made', took: 'Took', scores: 'Scores', state: 'State' },
  scoresHelp: 'Measured on images held back from training, without labels; comparable only on the same images.',
  scores: {
    retrieval: {
      title: 'Found again',
      better: 'higher is better',
      help: 'How often an altered version of an image finds another version of it among all, without labels. Higher is better.',
    },
    reciprocalRank: {
      title: 'Reciprocal rank',
      better: 'higher is better',
      help: 'As found again, but a version that comes second or tenth counts by its place (mean of 1 / place). Higher is better.',
    },
    effectiveRank: {
      title: 'Effective rank',
      better: 'higher is better',
      help: 'Directions that the embeddings really use (RankMe), without labels. Higher is better.',
    },
    alignment: {
      title: 'Alignment',
      better: 'lower is better',
      help: 'How far apart two altered versions of an image lie (Wang & Isola), without labels. Lower is better.',
    },
    uniformity: {
      title: 'Uniformity',
      better: 'lower is better',
      help: 'How evenly images are spread over the sphere (Wang & Isola), without labels. Lower is better.',
    },
    knn: {
      title: 'Nearest neighbours',
      better: 'higher is better',
      help: 'Share of your labels that the five labeled images most like each name rightly, each left out once. Higher is better.',
    },
    probe: {
      title: 'Linear probe',
      better: 'higher is better',
      help: 'Share of your labels that a linear classifier names rightly, each left out once. Higher is better.',
    },
  },
  score: (value: number) => (Math.abs(value) <= 1 ? value.toFixed(3) : value.toFixed(Math.abs(value) < 10 ? 2 : 1)),
  byLabels: (labels: number, classes: number) => `By ${plural(labels, 'label')} of ${plural(classes, 'class', 'classes')}:`,
  ranking: {
    tooFew: 'Your labels are too few to say which run is best: they put the runs in order from ten labels of two classes on.',
    sure: ({ best, second, gain, low, high, labels }: Ranked) =>
      `By your ${plural(labels, 'label')}, ${best} is the best: ${points(gain)} points ahead of ${second} (95 % interval ${points(low)} to ${points(high)}).`,
    unsure: ({ best, second, gain, low, high, labels }: Ranked) =>
      `By your ${plural(labels, 'label')}, ${best} is ${points(gain)} points ahead of ${second}, which may be chance (95 % interval ${points(low)} to ${points(high)}): more labels will tell.`,
  },
  compare: {
    title: 'Runs compared',
    measure: 'Score',
    form: 'Shown as',
    plot: 'Plot',
    table: 'Table',
    minutes: 'Minutes of training',
    minutesOf: (minutes: number) => minutes.toFixed(minutes < 10 ? 1 : 0),
    caption: (title: string) => `${title} by run and by the minutes it had taken`,
    said: (run: string, first: number, last: number) => `${run}: from ${first.toPrecision(3)} to ${last.toPrecision(3)}.`,
  },
  maps: {
    title: 'Embeddings side by side',
    help: {
      class: 'The same images in the colours of your labels, as either run places them: good embeddings keep a class together.',
      cluster:
        'The same images in the colours of the clusters in use, as either run places them: what they disagree on is scattered.',
    },
    run: (number: number) => `Run ${number}`,
    label: (title: string) => `Map of the embeddings by ${title}; arrow keys go from image to image`,
    none: 'This run has no map yet.',
    point: 'Point at a dot, or go by arrow keys, to find its image in both.',
  },
  neighbours: {
    title: 'Most alike, while it trains',
    settles: 'Training went back to there and settles.',
    help: (step: number | null, seconds: number) =>
      step === null
        ? `At the end, after ${formatSeconds(seconds)}.`
        : `After ${plural(step, 'step')}, ${formatSeconds(seconds)}.`,
    before: 'At first',
    now: 'Now',
    query: (path: string) => `${path}; the images most like it follow`,
  },
  active: 'In use',
  use: 'Use',
  useRun: (title: string) => `Use the run ${title}`,
  remove: 'Remove',
  removeRun: (title: string) => `Remove the run ${title}`,
  removeTitle: 'Remove this run?',
  removeText: 'Its encoder and embeddings are deleted. Labels stay. The same seed and images would make it again.',
  states: { running: 'Running', paused: 'Paused', cancelled: 'Cancelled', ready: 'Ready', failed: 'Failed' },
  facts: (size: number, dimensions: number | null, embedded: number) =>
    [
      size === 0 ? null : `${size} px input`,
      dimensions === null ? null : `${dimensions} numbers per image`,
      embedded === 0 ? null : `${plural(embedded, 'image')} embedded`,
    ]
      .filter(Boolean)
      .join(' · '),
  took: formatSeconds,
  seedOf: (seed: number) => `seed ${formatCount(seed)}`,
}
