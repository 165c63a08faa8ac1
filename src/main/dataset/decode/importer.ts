/** The import worker's side of an import: decodes files a few at a time, gives ordinals, writes thumbnails and pixels. */
import { HandfulError } from '@shared/errors'
import type { Fit } from '@shared/model'
import type { DecodedFile, FileOutcome } from '@shared/workers/import'
import { confined, type ImageFolder } from '../confined'
import { PixelWriter } from '../pixel-cache'
import { problemOf } from '../problem'
import { type PackPlace, ThumbnailWriter } from '../thumbnails'
import { decodeImage, type DecodedImage, type Decoders } from './image'
import { prepareLibvips } from './libvips'
import { type FileContent, readImageFile } from './read-file'

export interface ImporterChoices extends ImageFolder {
  projectFolder: string
  inputSize: number
  fit: Fit
  /** Files in work at the same time. */
  concurrency: number
  /** Only write pixels of samples known by their bytes, for a cache that lacks them. */
  pixelsOnly: boolean
  /** What the database knows: ordinals by hash in hex, the first free ordinal, the end of the thumbnails. */
  known: Map<string, number>
  nextOrdinal: number
  thumbnailEnd: PackPlace
}

/** Outcomes are told this often, ms, or when this many have gathered; and a sign of life at the latest after `pulse`, ms. */
const tell = { every: 40, count: 100, pulse: 2000 }

/** What one file came to; new samples have their ordinal only once it is told. */
type Finished = { at: number } & (
  | { known: number; sha256: string; pixels?: Uint8Array }
  | { image: DecodedImage; sha256: string; bytes: number }
  | { problem: NonNullable<Extract<FileOutcome, { problem: unknown }>['problem']> }
)

export class Importer {
  readonly #choices: ImporterChoices
  readonly #decoders: Decoders
  readonly #thumbnails: ThumbnailWriter
  readonly #pixels: PixelWriter
  #nextOrdinal: number

  private constructor(choices: ImporterChoices, decoders: Decoders, pixels: PixelWriter) {
    this.#choices = choices
    this.#decoders = decoders
    this.#pixels = pixels
    this.#nextOrdinal = choices.nextOrdinal
    this.#thumbnails = new ThumbnailWriter(choices.projectFolder, choices.thumbnailEnd)
  }

  /** @throws HandfulError DISK_FULL */
  static async open(choices: ImporterChoices, decoders: Decoders): Promise<Importer> {
    prepareLibvips()
    const pixels = await PixelWriter.open(choices.projectFolder, choices.inputSize, choices.fit).catch((cause: unknown) => {
      throw onDisk(cause, choices.projectFolder)
    })
    return new Importer(choices, decoders, pixels)
  }

  /**
   * Outcomes as they come, ordinals ascending; one call at a time. What is told of is on disk.
   * @throws HandfulError DISK_FULL
   */
  async *decode(paths: Buffer[]): AsyncGenerator<FileOutcome[]> {
    const started: number[] = []
    const finished: Finished[] = []
    let wake: () => void = () => undefined
    let running = this.#choices.concurrency
    let next = 0
    const lane = async () => {
      while (next < paths.length) {
        const at = next++
        started.push(at)
        finished.push(await this.#one(paths[at]!, at))
        if (finished.length >= tell.count) wake()
      }
      if (--running === 0) wake()
    }
    for (let index = 0; index < this.#choices.concurrency; index++) void lane()
    let last = performance.now()
    for (let told = 0; told < paths.length;) {
      if (running > 0 && finished.length < tell.count)
        await new Promise<void>((resolve) => setTimeout((wake = resolve), tell.every))
      if (started.length + finished.length === 0 && performance.now() - last < tell.pulse) continue
      const batch = finished.splice(0)
      const outcomes = [
        ...started.splice(0).map((at) => ({ at, started: true as const })),
        ...batch.map((one) => this.#settle(one)),
      ]
      await this.#flush()
      told += batch.length
      last = performance.now()
      yield outcomes
    }
  }

  async close(): Promise<void> {
    await this.#thumbnails.close()
    await this.#pixels.close()
    await this.#decoders.heic.close()
  }

  async #one(path: Buffer, at: number): Promise<Finished> {
    try {
      const content = await readImageFile(await confined(this.#choices, path))
      if (!content) return { at, problem: { code: 'not-an-image', reason: 'Not an image.', expected: false } }
      return { at, ...(await this.#content(path, content)) }
    } catch (cause) {
      const { code, message } = problemOf(cause)
      return { at, problem: { code, reason: message, expected: true } }
    }
  }

  async #content(path: Buffer, content: FileContent) {
    const sha256 = content.sha256.toString('hex')
    const { known, inputSize, fit, pixelsOnly } = this.#choices
    const ordinal = known.get(sha256)
    if (ordinal !== undefined && !pixelsOnly) return { known: ordinal, sha256 }
    const image = await decodeImage(path, content, inputSize, fit, this.#decoders)
    if (ordinal !== undefined) return { known: ordinal, sha256, pixels: image.pixels }
    return { image, sha256, bytes: content.bytes.length }
  }

  /** Gives the ordinals, in the order of telling; of two equal files that were in work together the first to come here is the sample. */
  #settle(one: Finished): FileOutcome {
    if ('problem' in one) return one
    if ('known' in one) {
      if (one.pixels) this.#pixels.put(one.known, one.pixels)
      return { at: one.at, decoded: { ordinal: one.known, fresh: false, sha256: one.sha256, sample: null } }
    }
    const { at, sha256, bytes } = one
    const earlier = this.#choices.known.get(sha256)
    if (earlier !== undefined) return { at, decoded: { ordinal: earlier, fresh: false, sha256, sample: null } }
    if (this.#choices.pixelsOnly) return { at, problem: changed }
    const ordinal = this.#nextOrdinal++
    this.#choices.known.set(sha256, ordinal)
    const { thumbnail, pixels, pixelHash, perceptualHash, ...facts } = one.image
    this.#pixels.put(ordinal, pixels)
    const place = { ...this.#thumbnails.put(thumbnail.bytes), bytes: thumbnail.bytes.length, type: thumbnail.type }
    const hashes = { pixelHash: pixelHash.toString('hex'), perceptualHash: perceptualHash.toString('hex') }
    const sample: DecodedFile['sample'] = { ...facts, ...hashes, bytes, thumbnail: place }
    return { at, decoded: { ordinal, fresh: true, sha256, sample } }
  }

  async #flush(): Promise<void> {
    await Promise.all([this.#thumbnails.flush(), this.#pixels.flush()]).catch((cause: unknown) => {
      throw onDisk(cause, this.#choices.projectFolder)
    })
  }
}

const changed = {
  code: 'changed-while-read',
  reason: 'The file has changed since it was read. Rescan to read it again.',
  expected: true,
}

function onDisk(cause: unknown, path: string): unknown {
  const { code } = cause as NodeJS.ErrnoException
  return code === 'ENOSPC' || code === 'EDQUOT'
    ? new HandfulError('DISK_FULL', { path, needed: null, free: null }, { cause })
    : cause
}
