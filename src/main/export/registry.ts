/** Every exporter. */
import { csv } from './csv'
import { exporterDescriptor } from './descriptors'
import type { Exporter } from './exporter'
import { folders } from './folders'
import { jsonl } from './jsonl'
import { onnx } from './onnx'

const exporters: readonly Exporter[] = [csv, jsonl, folders, onnx]

/** @throws HandfulError UNKNOWN_ID */
export function exporterOf(id: string): Exporter {
  exporterDescriptor(id)
  return exporters.find((one) => one.id === id)!
}
