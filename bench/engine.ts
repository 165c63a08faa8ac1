/** Training speed of the compiled engine beside PyTorch: `--nets resnet,vit --threads 2 --steps 9`. */
import { existsSync } from 'node:fs'
import { spawn, type ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { Graph } from '../src/main/engine/graph'
import { withSession } from '../src/main/engine/session'
import { float32 } from '../src/main/engine/tensor'
import { loadTensorflow } from '../src/main/engine/tensorflow'
import { networks } from './engine/networks'
import { BATCH, compiledStep, eagerStep } from './engine/step'
import type { BenchResult } from './index'

/** Debian's, where python3-torch is. */
const PYTHON = '/usr/bin/python3'
const FORMATS = ['first', 'last'] as const

export async function run(options: Record<string, string>): Promise<BenchResult> {
  const nets = options['nets']?.split(',') ?? Object.keys(networks)
  const threads = (options['threads'] ?? '1,2').split(',').map(Number)
  const steps = Math.max(7, Number(options['steps'] ?? 7))
  const figures: Record<string, number> = {}
  for (const count of threads) {
    const peak = await matmulPeak(count)
    console.error(`matmul peak on ${count} threads: ${peak.toFixed(0)} GFLOP/s`)
    for (const net of nets) Object.assign(figures, await measure(net, count, steps, peak))
  }
  return { figures }
}

async function measure(net: string, threads: number, steps: number, peak: number): Promise<Record<string, number>> {
  const own = await compiledStep(net, threads)
  const { traceSeconds, sessionSeconds, nodes } = own.step.facts
  const peers = existsSync('/usr/lib/python3/dist-packages/torch') ? FORMATS.map((format) => new Peer(net, threads, format)) : []
  const times: number[] = []
  const peerTimes = peers.map((): number[] => [])
  for (let at = 1; at <= steps + 2; at++) {
    const began = performance.now()
    await own.run(at)
    const took = performance.now() - began
    const others = []
    for (const peer of peers) others.push(await peer.step())
    if (at <= 2) continue // warming up
    times.push(took)
    others.forEach((other, which) => peerTimes[which]!.push(other))
  }
  await own.step.dispose()
  for (const peer of peers) peer.stop()
  const perSecond = (BATCH / median(times)) * 1000
  const gflops = (perSecond * 3 * networks[net]!.flops) / 1e9
  const figures: Record<string, number> = {
    [`engine.${net}.images_per_s.${threads}`]: perSecond,
    [`engine.${net}.share_of_peak.${threads}`]: gflops / peak,
    [`engine.${net}.compile_s`]: traceSeconds + sessionSeconds,
    [`engine.${net}.peak_mb`]: process.resourceUsage().maxRSS / 1000,
  }
  const best = Math.min(...peerTimes.map(median))
  if (peers.length) figures[`engine.${net}.ratio.${threads}`] = best / median(times)
  const peer = peers.length ? `, PyTorch ${((BATCH / best) * 1000).toFixed(1)}` : ', no PyTorch here'
  console.error(
    `${net}, ${threads} threads: ${perSecond.toFixed(1)} images/s${peer}; ${gflops.toFixed(0)} GFLOP/s; ${own.parameters} parameters, ${nodes} nodes`,
  )
  const tensorflow = await tensorflowSpeed(net, steps)
  if (tensorflow !== undefined) figures[`engine.${net}.tensorflow_images_per_s`] = tensorflow
  return figures
}

/** images/s of the eager engine on TensorFlow's Node binding, in the folder that `HANDFUL_TENSORFLOW` names; it takes all cores. */
async function tensorflowSpeed(net: string, steps: number): Promise<number | undefined> {
  const { backend, device } = loadTensorflow(process.env['HANDFUL_TENSORFLOW'])
  if (!backend) return undefined
  const own = await eagerStep(net, backend)
  const times: number[] = []
  for (let at = 1; at <= steps + 2; at++) {
    const began = performance.now()
    await own.run(at)
    if (at > 2) times.push(performance.now() - began)
  }
  await own.step.dispose()
  const speed = (BATCH / median(times)) * 1000
  console.error(`${net}, tfjs-node on the ${device}: ${speed.toFixed(1)} images/s`)
  return speed
}

/** GFLOP/s of a [1024, 1024] product, the best of ten. */
async function matmulPeak(threads: number): Promise<number> {
  const side = 1024
  const graph = new Graph()
  for (const name of ['a', 'b']) graph.input(name, 'float32', [side, side])
  graph.output(graph.node('MatMul', ['a', 'b']), 'float32', [side, side])
  const values = float32([side, side], new Float32Array(side * side).fill(0.5))
  return withSession(graph.model(), { threads }, async (session) => {
    let best = Infinity
    for (let at = 0; at < 10; at++) {
      const began = performance.now()
      await session.run({ a: values, b: values })
      best = Math.min(best, performance.now() - began)
    }
    return (2 * side ** 3) / best / 1e6
  })
}

/** The same step in PyTorch, one at a time. */
class Peer {
  private readonly child: ChildProcess
  private readonly lines: AsyncIterator<string>

  constructor(net: string, threads: number, format: string) {
    const script = join(import.meta.dirname, 'engine', 'peer.py')
    this.child = spawn(PYTHON, [script, net, String(threads), format], { stdio: ['pipe', 'pipe', 'inherit'] })
    this.lines = createInterface({ input: this.child.stdout! })[Symbol.asyncIterator]()
  }

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

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!
}
