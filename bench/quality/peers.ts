/** What Handful's encoders are measured beside, on the same pixels: PyTorch and classical features, in a process of their own. */
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { matrix } from '../../src/main/engine/linear-algebra'
import type { Fitted, Pixels } from './set-project'
import { sourceHash } from './source-hash'

/** Debian's, where python3-torch and python3-numpy are. */
const python = '/usr/bin/python3'
const threads = 2

export interface Peer {
  /** As figures name it. */
  id: string
  title: string
  /** Beside this file. */
  script: string
  method: string
  /** Parts of the budget after which embeddings are taken; the last is 1. */
  checkpoints: number[]
}

const [gradual, atOnce] = [[0.1, 0.2, 0.5, 1], [1]]

/** By what `--peers` calls them. */
export const peers: Record<string, Peer> = {
  simclr: { id: 'torch_simclr', title: 'SimCLR, ResNet-18', script: 'peer.py', method: 'simclr', checkpoints: gradual },
  vicreg: { id: 'torch_vicreg', title: 'VICReg, conv net', script: 'peer.py', method: 'vicreg', checkpoints: gradual },
  hog: { id: 'hog', title: 'HOG + PCA', script: 'hog.py', method: 'hog', checkpoints: atOnce },
}

export const peerHash = ({ script }: Peer) => sourceHash([`bench/quality/${script}`])

/** A line of a peer: a checkpoint. */
interface Reported {
  /** Without the time that embedding took. */
  seconds: number
  dimensions: number
  note: string
  /** float32 [images, dimensions] */
  file: string
}

export async function runPeer(
  peer: Peer,
  { pixels, side, truth, classCount }: Pixels,
  { seed, minutes }: { seed: number; minutes: number },
): Promise<Fitted[]> {
  if (!existsSync(python)) throw new Error(`${python} is missing, which ${peer.title} needs.`)
  const folder = mkdtempSync(join(tmpdir(), 'handful-peer-'))
  try {
    writeFileSync(join(folder, 'pixels.u8'), pixels)
    const budget = peer.checkpoints.map((part) => (60 * minutes * part).toFixed(2)).join(',')
    const reported = await linesOf(peer.script, [folder, String(side), peer.method, budget, String(seed), String(threads)])
    return reported.map(({ seconds, dimensions, note, file }) => {
      const bytes = Uint8Array.from(readFileSync(join(folder, file)))
      const embeddings = matrix(truth.length, dimensions, new Float32Array(bytes.buffer))
      return { embeddings, truth, classCount, seconds, notes: [note] }
    })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function linesOf(script: string, args: string[]): Promise<Reported[]> {
  const count = String(threads)
  const env = { ...process.env, OMP_NUM_THREADS: count, OPENBLAS_NUM_THREADS: count }
  const child = spawn(python, [join(import.meta.dirname, script), ...args], { stdio: ['ignore', 'pipe', 'inherit'], env })
  const ended = new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve))
  const lines: Reported[] = []
  for await (const line of createInterface({ input: child.stdout })) lines.push(JSON.parse(line) as Reported)
  const code = await ended
  if (code !== 0) throw new Error(`${script} ended with exit code ${code}`)
  return lines
}
