/** Training speed of the compiled engine beside PyTorch: `--nets resnet,vit --threads 2 --steps 9`. */
import { Graph } from '../src/main/engine/graph'
import { withSession } from '../src/main/engine/session'
import { float32 } from '../src/main/engine/tensor'
import { stepsAtOnce } from '../src/main/ssl/step-plan'
import { median } from './engine/median'
import { networks } from './engine/networks'
import { eagerPeers, eagerTimes, imagesPerSecond, torchPeers } from './engine/peers'
import { checkpointMilliseconds, movingShare } from './engine/state'
import { compiledStep } from './engine/step'
import type { BenchResult } from './index'

export async function run(options: Record<string, string>): Promise<BenchResult> {
  const nets = options['nets']?.split(',') ?? Object.keys(networks)
  const threads = (options['threads'] ?? '1,2').split(',').map(Number)
  const steps = Math.max(7, Number(options['steps'] ?? 7))
  const figures: Record<string, number> = { 'engine.checkpoint_ms': await checkpointMilliseconds() }
  for (const count of threads) {
    const peak = await matmulPeak(count)
    console.error(`matmul peak on ${count} threads: ${peak.toFixed(0)} GFLOP/s`)
    for (const net of nets) Object.assign(figures, await measure(net, count, steps, peak))
  }
  for (const net of nets) Object.assign(figures, await measureEager(net, steps))
  return { figures }
}

async function measure(net: string, threads: number, steps: number, peak: number): Promise<Record<string, number>> {
  const own = await compiledStep(net, threads)
  const { traceSeconds, sessionSeconds, nodes } = own.step.facts
  const peers = torchPeers(net, threads)
  const times: number[] = []
  const peerTimes = peers.map((): number[] => [])
  let atOnce = 1
  for (let at = 1; at <= steps + 2; at++) {
    const many = Array.from({ length: atOnce }, (_, step) => own.feeds(at * atOnce + step))
    const began = performance.now()
    await own.step.runMany(many)
    const took = (performance.now() - began) / atOnce
    // As training runs do.
    if (at === 2) atOnce = stepsAtOnce({ secondsPerStep: took / 1000 })
    const others = []
    for (const peer of peers) others.push(await peer.step())
    if (at <= 2) continue // warming up
    times.push(took)
    others.forEach((other, which) => peerTimes[which]!.push(other))
  }
  await own.step.dispose()
  for (const peer of peers) peer.stop()
  const perSecond = imagesPerSecond(median(times))
  const gflops = (perSecond * 3 * networks[net]!.flops) / 1e9
  const figures: Record<string, number> = {
    [`engine.${net}.images_per_s.${threads}`]: perSecond,
    [`engine.${net}.share_of_peak.${threads}`]: gflops / peak,
    [`engine.${net}.state_share.${threads}`]: await movingShare(net, threads, atOnce),
    [`engine.${net}.compile_s`]: traceSeconds + sessionSeconds,
    [`engine.${net}.peak_mb`]: process.resourceUsage().maxRSS / 1000,
  }
  const best = Math.min(...peerTimes.map(median))
  if (peers.length) figures[`engine.${net}.ratio.${threads}`] = best / median(times)
  const peer = peers.length ? `, PyTorch ${imagesPerSecond(best).toFixed(1)}` : ', no PyTorch here'
  console.error(
    `${net}, ${threads} threads: ${perSecond.toFixed(1)} images/s${peer}; ${gflops.toFixed(0)} GFLOP/s; ${own.parameters} parameters, ${nodes} nodes`,
  )
  return figures
}

/** images/s of the eager engine on tfjs' own backends; TensorFlow takes all cores, WebAssembly one. */
async function measureEager(net: string, steps: number): Promise<Record<string, number>> {
  const figures: Record<string, number> = {}
  for (const peer of eagerPeers()) {
    const times = await eagerTimes(net, peer, steps)
    if (typeof times === 'string') {
      console.error(`${net} does not run on tfjs' ${peer.name} backend: ${times}`)
      continue
    }
    figures[`engine.${net}.${peer.name}_images_per_s`] = imagesPerSecond(median(times))
    console.error(
      `${net} on tfjs' ${peer.name} backend: ${imagesPerSecond(median(times)).toFixed(1)} images/s, median of ${times.length}`,
    )
  }
  return figures
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
