/** Which execution provider trains fastest here: every one that ONNX Runtime brings is tried with a product, and what fails says why. */
import { Graph } from './graph'
import { Session, supportedProviders } from './session'
import { float32 } from './tensor'

export interface ProviderReport {
  /** `cpu`, `webgpu`, `dml`, `coreml`, `cuda`. */
  provider: string
  /** GFLOP/s of a [1024, 1024] product; null where the provider does not run. */
  speed: number | null
  reason: string | null
}

export interface ProviderChoice {
  /** For `SessionOptions.providers`; ends in `cpu`. */
  providers: string[]
  tried: ProviderReport[]
}

const names: Readonly<Record<string, string>> = {
  cpu: 'the processor',
  webgpu: 'the graphics card (WebGPU)',
  dml: 'the graphics card (DirectML)',
  coreml: 'Apple CoreML',
  cuda: 'NVIDIA CUDA',
}

/** As a person calls it, in the middle of a sentence. */
export const providerName = (provider: string): string => names[provider] ?? provider

const SIDE = 1024
/** A GPU pays for moving the state in and out of every step: it must be this much faster. */
const MARGIN = 3

/** TensorRT spends minutes on every new graph; CUDA serves the same cards. */
const candidates = () => supportedProviders().filter((provider) => provider !== 'tensorrt')

/** Tries all providers but the processor. Blocks while it computes: for workers only. */
export async function otherProviders(): Promise<ProviderReport[]> {
  const tried: ProviderReport[] = []
  for (const provider of candidates()) if (provider !== 'cpu') tried.push(await tryProvider(provider))
  return tried
}

/** Tries all providers. Blocks while it computes: for workers only. */
export async function chooseProviders(threads?: number): Promise<ProviderChoice> {
  const tried: ProviderReport[] = []
  for (const provider of candidates()) tried.push(await tryProvider(provider, threads))
  const speedOf = (provider: string) => tried.find((each) => each.provider === provider)?.speed ?? 0
  const fastest = tried.toSorted((a, b) => (b.speed ?? 0) - (a.speed ?? 0))[0]?.provider ?? 'cpu'
  const worth = fastest !== 'cpu' && speedOf(fastest) > MARGIN * speedOf('cpu')
  return { providers: worth ? [fastest, 'cpu'] : ['cpu'], tried }
}

async function tryProvider(provider: string, threads?: number): Promise<ProviderReport> {
  let session: Session | undefined
  try {
    session = await Session.create(product(), { providers: [provider], ...(threads !== undefined && { threads }) })
    const a = float32([SIDE, SIDE], new Float32Array(SIDE * SIDE).fill(0.5))
    const b = float32([SIDE, SIDE], new Float32Array(SIDE * SIDE).fill(0.25))
    let best = Infinity
    for (let at = 0; at < 4; at++) {
      const began = performance.now()
      const [value] = await session.values({ a, b })
      best = Math.min(best, performance.now() - began)
      if (Math.abs(value! - SIDE / 8) > 1e-3) throw new Error(`it answers ${value} where ${SIDE / 8} is right`)
    }
    return { provider, speed: (2 * SIDE ** 3) / best / 1e6, reason: null }
  } catch (cause) {
    return { provider, speed: null, reason: reasonOf(cause) }
  } finally {
    await session?.dispose()
  }
}

/** The first line, without the place in the runtime's source where a condition "was false". */
function reasonOf(cause: unknown): string {
  const [line] = (cause instanceof Error ? cause.message : String(cause)).trim().split('\n') as [string]
  return line.replace(/^.* was false\. /, '')
}

function product(): Uint8Array {
  const graph = new Graph()
  for (const name of ['a', 'b']) graph.input(name, 'float32', [SIDE, SIDE])
  graph.output(graph.node('MatMul', ['a', 'b']), 'float32', [SIDE, SIDE])
  return graph.model()
}
