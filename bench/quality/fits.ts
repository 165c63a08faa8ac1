/** Fits that are kept: embeddings and seconds by set, task, seed, minutes and the sources that they came from. */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { matrix } from '../../src/main/engine/linear-algebra'
import { type Peer, peerHash, runPeer } from './peers'
import { fashionMnist, type Fitted, SetProject } from './set-project'
import { sourceHash } from './source-hash'

export interface Fit extends Fitted {
  /** Of its files without their endings. */
  path: string
}

/** What every fit goes through besides its task: pixels, held-back samples, views. */
const common = ['src/main/workers/pretrain/images.ts', 'src/main/evaluate/score-pool.ts', 'src/main/ssl/view-thread.ts']
/** Encoders that come with the app. */
const encoders = 'resources/encoders'
const ssl = 'src/main/ssl'

export class Fits {
  private readonly options: { cache: string; data: string; keptOnly: boolean }
  private project: { set: string; opened: SetProject } | null = null
  private readonly hashes = new Map<string, string>()

  /** @param options `keptOnly`: nothing is fitted, what is not kept is passed over */
  constructor(options: { cache: string; data: string; keptOnly: boolean }) {
    this.options = options
    mkdirSync(options.cache, { recursive: true })
  }

  async ofTask(set: string, task: string, seed: number, minutes: number): Promise<Fit | null> {
    const path = this.pathOf(set, task, seed, String(minutes), this.hashOf(task))
    const kept = read(path)
    if (kept || this.options.keptOnly) return kept
    const fitted = await this.projectOf(set).fit(task, seed, minutes)
    console.error(`${set} ${task} seed ${seed}: fitted in ${fitted.seconds.toFixed(1)} s. ${fitted.notes.join(' ')}`)
    return keep(path, fitted)
  }

  /** At each of its checkpoints, the last one at the end of the budget. */
  async ofPeer(set: string, peer: Peer, seed: number, minutes: number): Promise<Fit[] | null> {
    const paths = peer.checkpoints.map((part) => this.pathOf(set, peer.id, seed, `${part}of${minutes}`, peerHash(peer)))
    const kept = paths.map(read)
    if (!kept.includes(null)) return kept as Fit[]
    if (this.options.keptOnly) return null
    const fitted = await runPeer(peer, await this.projectOf(set).pixels(), { seed, minutes })
    console.error(`${set} ${peer.id} seed ${seed}: ${fitted.at(-1)!.notes.join(' ')}`)
    return fitted.map((each, at) => keep(paths[at]!, each))
  }

  dispose(): void {
    this.project?.opened.dispose()
    this.project = null
  }

  /** One at a time. */
  private projectOf(set: string): SetProject {
    if (this.project?.set === set) return this.project.opened
    this.dispose()
    const { cache, data } = this.options
    const opened = new SetProject(async () => (set === 'fmnist' ? fashionMnist(cache) : join(data, set)))
    this.project = { set, opened }
    return opened
  }

  private pathOf(set: string, what: string, seed: number, minutes: string, hash: string): string {
    return join(this.options.cache, [set, what, seed, `${minutes}min`, hash].join('-'))
  }

  private hashOf(task: string): string {
    const known = this.hashes.get(task) ?? sourceHash([...common, sourceOf(task)], [encoders])
    this.hashes.set(task, known)
    return known
  }
}

/** The task of that name: its file is called like that of its descriptor. */
function sourceOf(task: string): string {
  const folder = join(import.meta.dirname, '../..', ssl)
  const descriptors = readdirSync(folder).filter((file) => file.endsWith('.descriptor.ts'))
  const mine = descriptors.find((file) => readFileSync(join(folder, file), 'utf8').includes(`id: '${task}'`))
  if (!mine) throw new Error(`There is no pretext task "${task}".`)
  return join(ssl, mine.replace('.descriptor', ''))
}

function read(path: string): Fit | null {
  if (!existsSync(`${path}.json`)) return null
  const { rows, dimensions, ...rest } = JSON.parse(readFileSync(`${path}.json`, 'utf8')) as Omit<Fit, 'embeddings' | 'path'> & {
    rows: number
    dimensions: number
  }
  const bytes = Uint8Array.from(readFileSync(`${path}.f32`))
  return { path, embeddings: matrix(rows, dimensions, new Float32Array(bytes.buffer)), ...rest }
}

/** The description comes last: embeddings without one are of a fit that was interrupted. */
function keep(path: string, { embeddings, ...rest }: Fitted): Fit {
  writeFileSync(`${path}.f32`, embeddings.data)
  writeFileSync(`${path}.partial`, JSON.stringify({ rows: embeddings.rows, dimensions: embeddings.columns, ...rest }))
  renameSync(`${path}.partial`, `${path}.json`)
  return { path, embeddings, ...rest }
}
