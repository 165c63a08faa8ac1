/** Words of the pretrain page. */
import { formatCount, formatSeconds, plural } from './format'

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
  parameters: 'Parameters',
  noParameters: 'This task needs no choices.',
  seed: 'Seed',
  seedHelp: 'The same seed gives the same result.',
  minutes: 'Time budget, minutes',
  minutesHelp: 'Left empty, the task decides.',
  start: 'Start pretraining',
  again: 'Pretrain again',
  running: 'A run is under way; its progress is below.',
  noImages: 'Import images first',
  noImagesText: 'Pretraining looks at the images of the project; there are none yet.',
  toImages: 'Go to images',
  started: 'Pretraining started',
  runs: 'Runs',
  noRuns: 'No run yet. The first one takes about a minute for a few thousand images.',
  columns: { run: 'Run', made: 'Made', took: 'Took', scores: 'Scores', state: 'State' },
  scoresHelp: 'Measured without labels; higher is better, comparable only on the same images.',
  active: 'In use',
  use: 'Use',
  useRun: (title: string) => `Use the run ${title}`,
  remove: 'Remove',
  removeRun: (title: string) => `Remove the run ${title}`,
  removeTitle: 'Remove this run?',
  removeText: 'Its encoder and embeddings are deleted. Labels stay. The same seed and images would make it again.',
  states: { running: 'Running', ready: 'Ready', failed: 'Failed' },
  facts: (size: number, dimensions: number | null, embedded: number) =>
    [`${size} px input`, dimensions === null ? null : `${dimensions} numbers per image`, `${plural(embedded, 'image')} embedded`]
      .filter(Boolean)
      .join(' · '),
  took: formatSeconds,
  seedOf: (seed: number) => `seed ${formatCount(seed)}`,
}
