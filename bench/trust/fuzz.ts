/** Valid files of every format, each broken in seeded ways, through the import as the app does it. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import sharp from 'sharp'
import { bmp, dicom, tiff } from '../../src/main/dataset/decode/made-files.fixture'
import { random } from '../../src/main/engine/random'
import { watchFamilyMemory } from '../../src/main/hosts/family-memory'
import { importJob } from '../../src/main/jobs/import'
import { createProject } from '../../src/main/store/open'
import { jobContext } from '../import/context'
import { mutate } from './mutations'

export interface FuzzOptions {
  base: string
  count: number
  seed: number
}

export interface Fuzzed {
  fuzzed: number
  /** Decoder processes that died of a file: each costs that file alone. */
  crashes: number
  /** Files whose decoder had to be ended. */
  hangs: number
  /** Imports that did not come to their end. */
  mainDeaths: number
  /** Files by outcome: `read`, or the code of their problem. */
  outcomes: Map<string, number>
  /** All processes together at most, MB. */
  peak: number
}

/** Files of one import; a fault is then near its cause. */
const batch = 500

export async function fuzz({ base, count, seed }: FuzzOptions): Promise<Fuzzed> {
  const seeds = await validFiles()
  const result: Fuzzed = { fuzzed: 0, crashes: 0, hangs: 0, mainDeaths: 0, outcomes: new Map(), peak: 0 }
  const memory = watchFamilyMemory()
  for (let from = 0; from < count; from += batch) {
    const images = join(base, `fuzz-${from}`)
    mkdirSync(images)
    for (let number = from; number < Math.min(count, from + batch); number++) {
      const draw = random(seed, number)
      const [name, bytes] = seeds[number % seeds.length]!
      writeFileSync(join(images, `${number}${extname(name)}`), mutate(bytes, draw))
    }
    await importAll(images, `${images}.handful`, result)
  }
  memory.stop()
  return { ...result, peak: memory.peak() / 1e6 }
}

async function importAll(images: string, project: string, result: Fuzzed): Promise<void> {
  const store = createProject(project, { root: Buffer.from(images), fit: 'letterbox', followLinks: false })
  try {
    await importJob.run(jobContext(store), { automatic: false }).catch((cause: unknown) => {
      if ((cause as { code?: string }).code === 'NO_READABLE_IMAGE') return
      result.mainDeaths++
      console.error(`The import of ${images} ended: ${cause instanceof Error ? cause.message : String(cause)}`)
    })
    const apart = store.files.quarantinePage(0, 1e6).rows
    const read = store.samples.counts().files
    const add = (outcome: string, number: number) => result.outcomes.set(outcome, (result.outcomes.get(outcome) ?? 0) + number)
    add('read', read)
    for (const { code, path } of apart) {
      add(code, 1)
      if (code === 'crashed-the-decoder' || code === 'timed-out') console.error(`${code}: ${join(images, path)}`)
    }
    result.fuzzed += readdirSync(images).length
    result.crashes += apart.filter(({ code }) => code === 'crashed-the-decoder').length
    result.hangs += apart.filter(({ code }) => code === 'timed-out').length
    if (read + apart.length !== readdirSync(images).length) throw new Error(`${images}: a file has no outcome`)
  } finally {
    store.close()
  }
}

type Named = [name: string, bytes: Buffer]

/** One valid file of every kind that is read, small, made here; HEIC, which nothing here writes, from the shared data where there is one. */
export async function validFiles(): Promise<Named[]> {
  const noise = Buffer.from(Uint8Array.from({ length: 48 * 40 * 3 }, (_, index) => (index * 73 + (index >> 4) * 31) & 255))
  const image = () => sharp(noise, { raw: { width: 48, height: 40, channels: 3 } })
  const deep = (data: Buffer, offset: number, index: number) => void data.writeUInt16LE((index * 977) & 0xffff, offset)
  const grey = Buffer.from(Uint8Array.from({ length: 16 * 12 * 2 }, (_, index) => (index * 37) & 255))
  const made: [string, Promise<Buffer> | Buffer][] = [
    ['baseline.jpg', image().jpeg().toBuffer()],
    ['progressive.jpg', image().jpeg({ progressive: true }).toBuffer()],
    [
      'exif.jpg',
      image()
        .withExif({ IFD0: { Model: 'camera' }, IFD2: { DateTimeOriginal: '2020:01:01 00:00:00' } })
        .jpeg()
        .toBuffer(),
    ],
    ['rgb.png', image().png().toBuffer()],
    ['interlaced.png', image().png({ progressive: true }).toBuffer()],
    ['palette.png', image().png({ palette: true }).toBuffer()],
    ['deep.png', image().toColourspace('rgb16').png().toBuffer()],
    ['lossy.webp', image().webp().toBuffer()],
    ['lossless.webp', image().webp({ lossless: true }).toBuffer()],
    ['still.gif', image().gif().toBuffer()],
    ['image.avif', image().avif({ effort: 0 }).toBuffer()],
    ['deflate.tiff', image().tiff({ compression: 'deflate' }).toBuffer()],
    ['lzw.tif', image().tiff({ compression: 'lzw', tile: true, tileWidth: 16, tileHeight: 16 }).toBuffer()],
    ['jpeg.tif', image().tiff({ compression: 'jpeg' }).toBuffer()],
    ['deep.tif', tiff({ width: 16, height: 12, bits: 16, format: 1 }, deep)],
    [
      'drawing.svg',
      Buffer.from(
        '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="30"><defs><g id="a"><circle r="4"/></g></defs><use href="#a" x="9" y="9"/><text x="2" y="20">a</text></svg>',
      ),
    ],
    ['colours.bmp', bmp({ width: 8, height: 6, bits: 24, rows: noise.subarray(0, 8 * 6 * 3) })],
    [
      'runs.bmp',
      bmp({
        width: 8,
        height: 2,
        bits: 8,
        compression: 1,
        palette: [
          [0, 0, 0],
          [255, 0, 0],
        ],
        rows: Buffer.from([8, 1, 0, 0, 4, 0, 4, 1, 0, 1]),
      }),
    ],
    ['image.ppm', Buffer.concat([Buffer.from('P6\n8 6\n255\n'), noise.subarray(0, 8 * 6 * 3)])],
    ['plain.pgm', Buffer.from('P2\n4 2\n9\n0 1 2 3\n4 5 6 7\n')],
    ['scan.dcm', dicom({ width: 16, height: 12, pixels: grey })],
    [
      'packed.dcm',
      dicom({
        width: 48,
        height: 40,
        bits: 8,
        syntax: '1.2.840.10008.1.2.4.50',
        pixels: await image().greyscale().jpeg().toBuffer(),
      }),
    ],
  ]
  const files = await Promise.all(made.map(async ([name, bytes]) => [name, await bytes] as Named))
  return [...files, ...heicFiles()]
}

function heicFiles(): Named[] {
  const data = process.env['HANDFUL_DATA']
  if (!data) return []
  const nasty = join(data, 'nasty')
  const paths = readdirSync(nasty, { recursive: true, encoding: 'utf8' }).filter((path) => /\.hei[cf]$/i.test(path))
  const small = paths.map((path): Named => [path, readFileSync(join(nasty, path))]).filter(([, bytes]) => bytes.length < 200_000)
  return small.slice(0, 2)
}
