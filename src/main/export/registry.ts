/** Every exporter. */
import { camtrapDp } from './camtrap-dp'
import { coco } from './coco'
import { croissant } from './croissant'
import { csv } from './csv'
import { cvatImagenet } from './cvat-imagenet'
import { cvatImages } from './cvat-images'
import { exporterDescriptor } from './descriptors'
import type { Exporter } from './exporter'
import { fiftyone } from './fiftyone'
import { folders } from './folders'
import { imagefolder } from './imagefolder'
import { jsonl } from './jsonl'
import { labelStudio } from './label-studio'
import { lightlyStudio } from './lightly-studio'
import { lightlyTrain } from './lightly-train'
import { onnx } from './onnx'
import { parquet } from './parquet'
import { tfrecord } from './tfrecord'
import { ultralytics } from './ultralytics'
import { webdataset } from './webdataset'
import { xmp } from './xmp'

const exporters: readonly Exporter[] = [
  camtrapDp,
  coco,
  croissant,
  csv,
  cvatImagenet,
  cvatImages,
  fiftyone,
  folders,
  imagefolder,
  jsonl,
  labelStudio,
  lightlyStudio,
  lightlyTrain,
  onnx,
  parquet,
  tfrecord,
  ultralytics,
  webdataset,
  xmp,
]

/** @throws HandfulError UNKNOWN_ID */
export function exporterOf(id: string): Exporter {
  exporterDescriptor(id)
  return exporters.find((one) => one.id === id)!
}
