/** What the onnx export is called, asks for and makes. */
import { z } from 'zod'
import type { ExporterDescriptor } from './descriptor'

export const onnx: ExporterDescriptor = {
  id: 'onnx',
  title: 'Classifier (ONNX)',
  help: 'Encoder and head as ONNX files that label new images without Handful, with a model card, classes and preprocessing.',
  group: 'model',
  target: 'folder',
  extension: '',
  options: z.object({}),
  confirmedOnly: true,
  takesUnlabeled: false,
  multiLabel: false,
  firstCopyOnly: () => true,
  size: () => 10e6,
}
