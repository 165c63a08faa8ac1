/** The import worker: reads and decodes files, writes thumbnails and pixels, says what main is to record. */
import { eventIterator, oc } from '@orpc/contract'
import { z } from 'zod'
import { Fit } from '../model'

/** Bytes of a path in base64: names may be no text. */
const Path = z.string()

export const DecodedFile = z.object({
  ordinal: z.number().int(),
  /** False: these bytes are known, another file holds them too. */
  fresh: z.boolean(),
  /** Hex. */
  sha256: z.string(),
  sample: z
    .object({
      pixelHash: z.string(),
      /** 32 bytes in hex. */
      perceptualHash: z.string(),
      /** Higher is sharper, of images of the same scene. */
      sharpness: z.number(),
      width: z.number().int(),
      height: z.number().int(),
      format: z.string(),
      bytes: z.number().int(),
      takenAt: z.number().nullable(),
      camera: z.string().nullable(),
      notes: z.array(z.string()),
      thumbnail: z.object({ pack: z.number().int(), offset: z.number().int(), bytes: z.number().int(), type: z.string() }),
    })
    .nullable(),
})
export type DecodedFile = z.infer<typeof DecodedFile>

export const FileOutcome = z.union([
  z.object({ at: z.number().int(), started: z.literal(true) }),
  z.object({ at: z.number().int(), decoded: DecodedFile }),
  z.object({ at: z.number().int(), problem: z.object({ code: z.string(), reason: z.string(), expected: z.boolean() }) }),
])
export type FileOutcome = z.infer<typeof FileOutcome>

export const importWorker = {
  open: oc
    .input(
      z.object({
        projectFolder: z.string(),
        /** The image folder, base64. */
        root: Path,
        followLinks: z.boolean(),
        inputSize: z.number().int(),
        fit: Fit,
        /** Files in work at the same time. */
        concurrency: z.number().int().positive(),
        /** Only write pixels of samples known by their bytes, for a cache that lacks them. */
        pixelsOnly: z.boolean(),
      }),
    )
    .output(z.void()),
  /**
   * Outcomes as they come, new ordinals ascending; `at` is the index in `paths`. One call at a time. An empty batch is a sign of life.
   * Writing errors (DISK_FULL) end the stream.
   */
  decode: oc.input(z.object({ paths: z.array(Path).max(1000) })).output(eventIterator(z.array(FileOutcome))),
  /** Brings all that was written to the disk. */
  close: oc.output(z.void()),
  /** Longer sides from the headers of those that have one. */
  probe: oc.input(z.object({ root: Path, followLinks: z.boolean(), paths: z.array(Path).max(1000) })).output(z.array(z.number())),
  /** A JPEG that a browser can show. */
  render: oc.input(z.object({ path: Path, side: z.number().int() })).output(z.instanceof(Blob)),
}
