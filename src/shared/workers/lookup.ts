/** The lookup worker: reads what comes from outside the project: an image to search by, a file of labels; and shows altered versions of images. */
import { oc } from '@orpc/contract'
import { z } from 'zod'
import { RunAccuracies } from '../contract/pretrain'
import { Fit, Ordinal, Source } from '../model'

export const LabelFile = z.object({
  path: z.string(),
  /** Null: told by the name. */
  format: z.string().nullable(),
  /** Labels keep the source that the file gives them; otherwise all are imported. */
  keepSources: z.boolean(),
})
export type LabelFile = z.infer<typeof LabelFile>

export const FoundLabels = z.object({
  /** Of the importer. */
  format: z.string(),
  /** Labels for samples that nobody here has labeled: uint32 ordinals, and float32 confidences where all have one. */
  sets: z.array(
    z.object({ name: z.string(), source: Source, ordinals: z.instanceof(Blob), confidences: z.instanceof(Blob).nullable() }),
  ),
  /** Labels of the file whose samples keep the one they have, which did not come from a file. */
  kept: z.number().int(),
  /** uint8 by ordinal: 1 train, 2 validation, 3 test, 0 none. */
  splits: z.instanceof(Blob).nullable(),
  splitCount: z.number().int(),
  /** The first 20. */
  unknownPaths: z.array(z.string()),
  unknownPathCount: z.number().int(),
  /** What disagrees, inside the file or with labels of people: the first 20, and how many. */
  conflicts: z.array(z.string()),
  conflictCount: z.number().int(),
})
export type FoundLabels = z.infer<typeof FoundLabels>

export const lookupWorker = {
  /** See the contract's pretrain.accuracies. */
  accuracies: oc.input(z.object({ projectFolder: z.string(), runIds: z.array(z.string()) })).output(RunAccuracies.nullable()),
  /** See the contract's pretrain.views. */
  views: oc.input(z.object({ projectFolder: z.string(), task: z.string(), domain: z.string(), seed: z.number().int() })).output(
    z.object({
      note: z.string(),
      images: z.array(z.object({ ordinal: Ordinal, original: z.instanceof(Blob), views: z.array(z.instanceof(Blob)) })),
    }),
  ),
  /** The embedding by the encoder at `encoder`. @throws BAD_PARAMETER for bytes that are no image */
  embed: oc
    .input(z.object({ encoder: z.string(), inputSize: z.number().int(), fit: Fit, name: z.string(), image: z.instanceof(Blob) }))
    .output(z.array(z.number())),
  /** Changes nothing. @throws NOT_FOUND, NOT_PERMITTED, UNKNOWN_ID, LABEL_FILE */
  labels: oc.input(LabelFile.extend({ projectFolder: z.string() })).output(FoundLabels),
}
