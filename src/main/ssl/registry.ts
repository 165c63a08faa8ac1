/** Pretext tasks; their descriptors stand in `descriptors.ts`. */
import { instant } from './instant'
import { pca, pixels } from './pixels'
import type { PretextTask } from './task'
import { vicreg } from './vicreg'

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- parameters are checked by each task's own schema
export const tasks: readonly PretextTask<any>[] = [instant, vicreg, pca, pixels]
