/** Query strategies as the interface shows them. */
import type { Descriptor } from '@shared/model'

export const strategyDescriptors: Descriptor[] = [
  {
    id: 'auto',
    title: 'Chosen by measurement',
    help: 'Begins with images that stand for many; the better the guesses, the more it asks what they doubt.',
    parameters: {},
  },
  {
    id: 'typical',
    title: 'Typical first',
    help: 'One image that stands for each group of similar ones. Best to begin with.',
    parameters: {},
  },
  {
    id: 'coverage',
    title: 'Cover the folder',
    help: 'The image that stands for the most images no label is close to.',
    parameters: {},
  },
  {
    id: 'margin',
    title: 'Least sure first',
    help: 'The images for which two classes are closest. Best once most groups have labels.',
    parameters: {},
  },
  {
    id: 'entropy',
    title: 'Most open first',
    help: 'The images that could be of the most classes.',
    parameters: {},
  },
  {
    id: 'bald',
    title: 'Disagreement first',
    help: 'The images on which heads fitted on parts of your labels differ.',
    parameters: {},
  },
  {
    id: 'badge',
    title: 'Unsure and different',
    help: 'Unsure images that differ from each other: good when you answer many at once.',
    parameters: {},
  },
  {
    id: 'unsure-coverage',
    title: 'Cover what is unsure',
    help: 'The image that stands for the most images Handful is unsure of.',
    parameters: {},
  },
  { id: 'random', title: 'Random', help: 'Drawn by chance: a fair sample of the folder.', parameters: {} },
]
