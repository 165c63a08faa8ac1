/** Pretext tasks; their descriptors stand in `descriptors.ts`. */
import { adversarial } from './adversarial'
import { auto } from './auto'
import { barlowTwins } from './barlow-twins'
import { brought } from './brought'
import { byol } from './byol'
import { denoising } from './denoising'
import { dino } from './dino'
import { infomax } from './infomax'
import { instant } from './instant'
import { masked } from './masked'
import { pca, pixels } from './pixels'
import { predictiveCoding } from './predictive-coding'
import { rotation } from './rotation'
import { simclr } from './simclr'
import { simsiam } from './simsiam'
import type { PretextTask } from './task'
import { variational } from './variational'
import { vicreg } from './vicreg'

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- parameters are checked by each task's own schema
export const tasks: readonly PretextTask<any>[] = [
  auto,
  instant,
  brought,
  vicreg,
  simclr,
  barlowTwins,
  byol,
  simsiam,
  dino,
  infomax,
  predictiveCoding,
  rotation,
  masked,
  denoising,
  variational,
  adversarial,
  pca,
  pixels,
]
