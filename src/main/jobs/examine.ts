/** Has a worker check a project, since that reads all of it. */
import type { Finding } from '@shared/contract/care'
import { doctorWorker } from '@shared/workers/doctor'
import { startWorker } from '../hosts/worker'
import { fromWorker } from './failure'

/** Everything that does not hold of the project in this folder. @throws HandfulError WORKER_CRASHED */
export async function examineProject(projectFolder: string): Promise<Finding[]> {
  const worker = startWorker('doctor', doctorWorker)
  try {
    return await worker.guard(worker.client.examine({ projectFolder }))
  } catch (cause) {
    throw fromWorker(cause)
  } finally {
    await worker.kill()
  }
}
