/** What a step is measured beside: PyTorch in a process of its own, and tfjs' own backends under the eager engine. */
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { loadTensorflow } from '../../src/main/engine/tensorflow'
import { BATCH, eagerStep } from './step'

/** Debian's, where python3-torch is. */
const PYTHON = '/usr/bin/python3'
const hasTorch = existsSync('/usr/lib/python3/dist-packages/torch')

/** The same step in PyTorch, in each of its memory formats. */
export const torchPeers = (net: string, threads: number): TorchPeer[] =>
  hasTorch ? ['first', 'last'].map((format) => new TorchPeer(net, threads, format)) : []

export class TorchPeer {
  private readonly child: ChildProcess
  private readonly lines: AsyncIterator<string>

  constructor(net: string, threads: number, format: string) {
    const script = join(import.meta.dirname, 'peer.py')
    this.child = spawn(PYTHON, [script, net, String(threads), format], { stdio: ['pipe', 'pipe', 'inherit'] })
    this.lines = createInterface({ input: this.child.stdout! })[Symbol.asyncIterator]()
  }

  /** Milliseconds of one step. */
  async step(): Promise<number> {
    this.child.stdin!.write('step\n')
    const line = await this.lines.next()
    if (line.done) throw new Error('PyTorch ended early')
    return Number(line.value)
  }

  stop(): void {
    this.child.stdin!.end()
  }
}

interface EagerPeer {
  name: string
  backend: string
}

/** tfjs' backends from the folders that `HANDFUL_TENSORFLOW` and `HANDFUL_TFJS_WASM` name. */
export function eagerPeers(): EagerPeer[] {
  const peers: EagerPeer[] = []
  const tensorflow = loadTensorflow(process.env['HANDFUL_TENSORFLOW'])
  if (tensorflow.backend) peers.push({ name: 'tensorflow', backend: tensorflow.backend })
  const folder = process.env['HANDFUL_TFJS_WASM']
  if (folder) {
    createRequire(join(folder, 'package.json'))('@tensorflow/tfjs-backend-wasm')
    peers.push({ name: 'wasm', backend: 'wasm' })
  }
  return peers
}

/** A slow backend is given up after this many seconds, with the steps that it did. */
const MOST_SECONDS = 60

/** Milliseconds of each of `steps` steps on a tfjs backend, the first left out, or why the step does not run there. */
export async function eagerTimes(net: string, { backend }: EagerPeer, steps: number): Promise<number[] | string> {
  try {
    const own = await eagerStep(net, backend)
    const times: number[] = []
    const started = performance.now()
    for (let at = 0; at <= steps && (at < 2 || performance.now() - started < MOST_SECONDS * 1000); at++) {
      const began = performance.now()
      await own.run(at + 1)
      if (at > 0) times.push(performance.now() - began)
    }
    await own.step.dispose()
    return times
  } catch (cause) {
    return (cause instanceof Error ? cause.message : String(cause)).split('\n')[0]!
  }
}

export const imagesPerSecond = (milliseconds: number) => (BATCH / milliseconds) * 1000
