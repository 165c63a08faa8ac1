/** Asks a worker what can train here, since main loads neither ONNX Runtime nor TensorFlow. */
import { join } from 'node:path'
import type { EngineReport } from '@shared/contract/host'
import { pretrainWorker } from '@shared/workers/pretrain'
import { personFolders } from '../hosts/person-folders'
import { startWorker } from '../hosts/worker'
import { physicalCores } from './cores'
import { fromWorker } from './failure'

export async function describeEngines(): Promise<EngineReport> {
  const worker = startWorker('pretrain', pretrainWorker)
  try {
    const tensorflowFolder = join(personFolders().settings, 'tensorflow')
    return await worker.guard(worker.client.engines({ tensorflowFolder, threads: physicalCores() }))
  } catch (cause) {
    throw fromWorker(cause)
  } finally {
    await worker.kill()
  }
}
