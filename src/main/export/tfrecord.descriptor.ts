/** What the tfrecord export is called, asks for and makes. */
import { z } from 'zod'
import { contained, duplicates, type ExporterDescriptor } from './descriptor'

export const TfrecordOptions = z.object({
  schema: z.enum(['slim', 'fiftyone']).default('slim').meta({
    title: 'Feature names',
    description:
      'slim: image/encoded, image/class/label… as TF-slim and most tutorials read. fiftyone: image_bytes, label… as FiftyOne reads.',
  }),
  duplicates,
})

export const tfrecord: ExporterDescriptor = {
  id: 'tfrecord',
  title: 'TFRecord',
  help: 'Shards of TensorFlow examples with the image bytes, in one of the two usual schemas.',
  ...contained,
  options: TfrecordOptions,
  group: 'training',
  confirmedOnly: true,
  takesUnlabeled: true,
  multiLabel: false,
}
