/** Doctor worker: reads a whole project and tells what does not hold of it. */
import { implement } from '@orpc/server'
import { doctorWorker } from '@shared/workers/doctor'
import { serve } from '../hosts/serve'
import { examine } from '../store/doctor'

const worker = implement(doctorWorker)

serve(worker.router({ examine: worker.examine.handler(({ input }) => examine(input.projectFolder)) }))
