/** Every exporter's description. */
import { HandfulError } from '@shared/errors'
import { z } from 'zod'
import { camtrapDp } from './camtrap-dp.descriptor'
import { coco } from './coco.descriptor'
import { croissant } from './croissant.descriptor'
import { csv } from './csv.descriptor'
import { cvatImagenet } from './cvat-imagenet.descriptor'
import { cvatImages } from './cvat-images.descriptor'
import type { ExporterDescriptor } from './descriptor'
import { fiftyone } from './fiftyone.descriptor'
import { folders } from './folders.descriptor'
import { imagefolder } from './imagefolder.descriptor'
import { jsonl } from './jsonl.descriptor'
import { labelStudio } from './label-studio.descriptor'
import { lightlyStudio } from './lightly-studio.descriptor'
import { lightlyTrain } from './lightly-train.descriptor'
import { onnx } from './onnx.descriptor'
import { parquet } from './parquet.descriptor'
import { tfrecord } from './tfrecord.descriptor'
import { ultralytics } from './ultralytics.descriptor'
import { webdataset } from './webdataset.descriptor'
import { xmp } from './xmp.descriptor'

export const exporterDescriptors: readonly ExporterDescriptor[] = [
  csv,
  jsonl,
  camtrapDp,
  folders,
  ultralytics,
  imagefolder,
  parquet,
  croissant,
  webdataset,
  tfrecord,
  lightlyTrain,
  coco,
  labelStudio,
  cvatImages,
  cvatImagenet,
  fiftyone,
  lightlyStudio,
  xmp,
  onnx,
]

/** @throws HandfulError UNKNOWN_ID */
export function exporterDescriptor(id: string): ExporterDescriptor {
  const found = exporterDescriptors.find((one) => one.id === id)
  if (!found) throw new HandfulError('UNKNOWN_ID', { what: 'export format', id })
  return found
}

/** @throws HandfulError BAD_PARAMETER naming the first option that is wrong */
export function exportOptions({ options }: ExporterDescriptor, given: unknown): unknown {
  const result = z.strictObject(options.shape).safeParse(given)
  if (result.success) return result.data
  const [issue] = result.error.issues
  const name = issue?.path.join('.') || (issue?.code === 'unrecognized_keys' && issue.keys.join(', ')) || 'options'
  throw new HandfulError('BAD_PARAMETER', { name, reason: issue?.message ?? 'not understood' })
}
