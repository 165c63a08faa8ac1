/** The import worker's side of an import: decodes files a few at a time, gives ordinals, writes thumbnails and pixels. */
import type { Fit } from '@shared/model'
import type { DecodedFile, FileOutcome } from '@shared/workers/import'
import sharp from 'sharp'
import { decodeImage, readFileOnce } from './decode'
import { joinBytes } from '@shared/paths'
import { PixelWriter } from './pixel-cache'
import { problemOf } from './problem'
import { looksLikeImage, sniff } from './sniff'
import { type PackPlace, ThumbnailWriter } from './thumbnails'

export interface ImporterChoices {
  projectFolder: string
  root: Buffer
  inputSize: number
  fit: Fit
  concurrency: number
  rewritePixels: boolean
  /** What the database knows: ordinals by hash in hex, the first free ordinal, the end of the thumbnails. */
  known: Map<string, number>
  nextOrdinal: number
  thumbnailEnd: PackPlace
}

export class Importer {
  readonly #choices: ImporterChoices
  readonly #known: Map<string, number>
  readonly #thumbnails: ThumbnailWriter
  readonly #pixels: PixelWriter
  readonly #waiting: (() => void)[] = []
  #free: number
  #nextOrdinal: number

  constructor(choices: ImporterChoices) {
    // libvips works on several images at once here; more threads for one image only cost.
    sharp.concurrency(1)
    sharp.cache(false)
    this.#choices = choices
    this.#known = choices.known
    this.#nextOrdinal = choices.nextOrdinal
    this.#free = choices.concurrency
    this.#thumbnails = new ThumbnailWriter(choices.projectFolder, choices.thumbnailEnd)
    this.#pixels = new PixelWriter(choices.projectFolder, choices.inputSize, choices.fit)
  }

  /** Outcomes in the order in which ordinals were given. */
  async *decode(paths: Buffer[]): AsyncGenerator<FileOutcome> {
    const outcomes: FileOutcome[] = []
    let wake: () => void = () => undefined
    const tell = (outcome: FileOutcome) => {
      outcomes.push(outcome)
      wake()
    }
    paths.forEach((path, at) => void this.#one(path, at, tell))
    for (let left = paths.length; left > 0;) {
      const outcome = outcomes.shift()
      if (!outcome) {
        await new Promise<void>((resolve) => (wake = resolve))
        continue
      }
      if (!('started' in outcome)) left--
      yield outcome
    }
  }

  async close(): Promise<void> {
    await this.#thumbnails.close()
    this.#pixels.close()
  }

  async #one(path: Buffer, at: number, tell: (outcome: FileOutcome) => void): Promise<void> {
    if (this.#free > 0) this.#free--
    else await new Promise<void>((resolve) => this.#waiting.push(resolve))
    tell({ at, started: true })
    try {
      tell({ at, decoded: await this.#decode(path) })
    } catch (cause) {
      const { code, message } = problemOf(cause)
      tell({ at, problem: { code, reason: message, expected: code !== 'not-an-image' || looksLikeImage(path) } })
    } finally {
      const next = this.#waiting.shift()
      if (next) next()
      else this.#free++
    }
  }

  async #decode(path: Buffer): Promise<DecodedFile> {
    const { root, inputSize, fit, rewritePixels } = this.#choices
    const content = await readFileOnce(joinBytes(root, path))
    const sha256 = content.sha256.toString('hex')
    const known = this.#known.get(sha256)
    if (known !== undefined && !rewritePixels) return { ordinal: known, fresh: false, sha256, sample: null }
    const { thumbnail, pixels, pixelHash, ...image } = await decodeImage(path, content, inputSize, fit)
    const place = known === undefined ? await this.#thumbnails.append(thumbnail.bytes) : null
    // From here to the end nothing waits: of two equal files in work, the first one here gives the ordinal.
    const again = this.#known.get(sha256)
    const ordinal = again ?? this.#nextOrdinal++
    this.#known.set(sha256, ordinal)
    this.#pixels.write(ordinal, pixels)
    if (again !== undefined || !place) return { ordinal, fresh: false, sha256, sample: null }
    const sample = {
      pixelHash: pixelHash.toString('hex'),
      width: image.width,
      height: image.height,
      format: image.format,
      bytes: image.bytes,
      takenAt: image.takenAt,
      camera: image.camera,
      notes: image.notes,
      thumbnail: { ...place, bytes: thumbnail.bytes.length, type: thumbnail.type },
    }
    return { ordinal, fresh: true, sha256, sample }
  }
}

/** Whether a browser shows these bytes as they are. */
export function browserType(bytes: Uint8Array): string | null {
  const format = sniff(bytes)
  return format && ['jpeg', 'png', 'webp', 'gif', 'avif'].includes(format) ? `image/${format}` : null
}
