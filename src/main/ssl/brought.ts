/** An encoder trained elsewhere in place of a pretext task: nothing is learned, the images are looked at as it was taught to. */
import { bringEncoder } from '../encoders/brought'
import { broughtDescriptor } from './brought.descriptor'
import { atStage, type PretextTask } from './task'

export const brought: PretextTask<typeof broughtDescriptor.parameters> = {
  descriptor: broughtDescriptor,
  async *fit({ parameters, threads }) {
    yield atStage('Trying the encoder', 0, 1)
    return bringEncoder({ ...parameters, threads })
  },
}
