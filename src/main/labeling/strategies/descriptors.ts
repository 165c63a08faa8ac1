/** Query strategies as the interface shows them. */
import type { Descriptor } from '@shared/model'

export const strategyDescriptors: Descriptor[] = [
  {
    id: 'typical',
    title: 'Typical first',
    help: 'One image that stands for each group of similar ones. Best to begin with.',
    parameters: {},
  },
  {
    id: 'margin',
    title: 'Least sure first',
    help: 'The images that Handful is least sure of. Best once most groups have labels.',
    parameters: {},
  },
  { id: 'random', title: 'Random', help: 'Drawn by chance: a fair sample of the folder.', parameters: {} },
]
