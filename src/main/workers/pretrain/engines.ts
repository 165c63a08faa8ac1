/** What can train here: providers of ONNX Runtime, and TensorFlow's binding where a person has it. */
import type { EngineReport } from '@shared/contract/host'
import { chooseProviders } from '../../engine/providers'
import { loadTensorflow } from '../../engine/tensorflow'

export async function describeEngines(options: { tensorflowFolder: string; threads: number }): Promise<EngineReport> {
  const { providers, tried } = await chooseProviders(options.threads)
  const { package: name, device, reason } = loadTensorflow(options.tensorflowFolder)
  return { providers: tried, chosen: providers[0]!, tensorflow: { package: name, device, reason } }
}
