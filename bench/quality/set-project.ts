/** A labeled set as a project of the app: imported once, then every encoder is fitted in it. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import sharp from 'sharp'
import { type Client, finish, withClient } from '../../src/main/command-line/command'
import { readTruth } from '../../src/main/command-line/simulate/truth'
import { type Matrix } from '../../src/main/engine/linear-algebra'
import { openReader, type Reader } from '../../src/main/store/reader'
import { canonicalRows } from '../../src/main/workers/analysis/canonical-rows'
import { openImages } from '../../src/main/workers/pretrain/images'
import { benchHost, quietTerminal } from '../labeled/host'

/** Rows are samples in canonical order. */
interface Classes {
  /** Class of each row. */
  truth: number[]
  classCount: number
}

export interface Fitted extends Classes {
  embeddings: Matrix
  /** From pixels to the encoder. */
  seconds: number
  notes: string[]
}

export interface Pixels extends Classes {
  /** uint8 [images, side, side, 3] */
  pixels: Uint8Array
  side: number
}

export class SetProject {
  private readonly source: () => Promise<string>
  private readonly base = mkdtempSync(join(tmpdir(), 'handful-quality-'))
  private imported: Promise<void> | null = null

  /** @param source folder of images, one subfolder a class */
  constructor(source: () => Promise<string>) {
    this.source = source
  }

  private get folder(): string {
    return join(this.base, 'set.handful')
  }

  async fit(task: string, seed: number, minutes: number): Promise<Fitted> {
    await (this.imported ??= this.import())
    const { runId } = await this.session(async (client) => {
      await client.projects.open({ folder: this.folder })
      const started = await client.pretrain.start({ task, parameters: {}, seed, minutes })
      await this.wait(client, started.jobId)
      return started
    })
    return this.read((reader) => {
      const { embeddings, ordinals } = canonicalRows(reader, runId)
      const { seconds, notes } = reader.runs.get(runId)
      return { embeddings, ...classesOf(reader, ordinals), seconds: seconds ?? NaN, notes }
    })
  }

  /** What the app's own encoders see. */
  async pixels(): Promise<Pixels> {
    await (this.imported ??= this.import())
    return this.read((reader) => {
      const order = reader.canonicalOrder()
      const { images, close } = openImages(reader, order)
      try {
        return { pixels: images.read(order.map((_, position) => position)), side: images.size, ...classesOf(reader, order) }
      } finally {
        close()
      }
    })
  }

  dispose(): void {
    rmSync(this.base, { recursive: true, force: true })
  }

  private async import(): Promise<void> {
    const root = await this.source()
    await this.session(async (client) => {
      await client.projects.create({ root, folder: this.folder, automatic: false })
      await this.wait(client, (await client.jobs.list())[0]!.id)
    })
  }

  private session<T>(work: (client: Client) => Promise<T>): Promise<T> {
    return withClient(benchHost(this.base), work)
  }

  private wait(client: Client, id: string) {
    return finish({ client, terminal: quietTerminal(), signal: new AbortController().signal }, id)
  }

  private read<T>(look: (reader: Reader) => T): T {
    const reader = openReader(this.folder)
    try {
      return look(reader)
    } finally {
      reader.close()
    }
  }
}

function classesOf(reader: Reader, ordinals: Uint32Array): Classes {
  const { classes, classOf } = readTruth(reader.files())
  return { truth: Array.from(ordinals, (ordinal) => classes.indexOf(classOf.get(ordinal)!)), classCount: classes.length }
}

/** Debian package dataset-fashion-mnist. */
const packaged = '/usr/share/datasets/fashion-mnist'
const [side, count] = [28, 10_000]

/** The first 10,000 training images of Fashion-MNIST as files, so that they take the same way as a person's. @returns their folder */
export async function fashionMnist(cache: string): Promise<string> {
  const folder = join(cache, 'fmnist')
  if (existsSync(folder)) return folder
  const read = (name: string, header: number) => gunzipSync(readFileSync(join(packaged, name))).subarray(header)
  const [pixels, labels] = [read('train-images-idx3-ubyte.gz', 16), read('train-labels-idx1-ubyte.gz', 8)]
  const partial = `${folder}.partial`
  rmSync(partial, { recursive: true, force: true })
  for (const label of new Set(labels)) mkdirSync(join(partial, String(label)), { recursive: true })
  const raw = { width: side, height: side, channels: 1 } as const
  for (let image = 0; image < count; image++) {
    const grey = pixels.subarray(image * side * side, (image + 1) * side * side)
    const path = join(partial, String(labels[image]), `${String(image).padStart(5, '0')}.png`)
    await sharp(grey, { raw }).png({ compressionLevel: 1 }).toFile(path)
  }
  renameSync(partial, folder)
  return folder
}
