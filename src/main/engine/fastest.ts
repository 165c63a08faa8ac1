/** Chooses the execution provider for a step by a trial: the fastest that gives the processor's losses. */
import { compile, type CompiledStep, type CompileOptions } from './compile'
import type { Step, Values } from './program'
import { providerName, type ProviderReport } from './providers'

/** Steps of a trial after one that warms up. */
const TIMED = 3
/** Providers sum in other orders and precisions; what differs more is wrong. */
const TOLERANCE = 1e-2

/**
 * Compiles a step for the processor and for the fastest other provider, tries both on the same inputs and keeps the better one, in its
 * first state. Its facts say why another provider is not used.
 * @param trial inputs of the first step
 */
export async function compileFastest(
  step: Step,
  options: CompileOptions,
  tried: readonly ProviderReport[],
  trial: Values,
): Promise<CompiledStep> {
  const others = tried.filter(({ provider }) => provider !== 'cpu')
  const [best] = others.filter(({ speed }) => speed !== null).sort((a, b) => b.speed! - a.speed!)
  const wished = await compileOn(step, options, best?.provider ?? 'cpu')
  if (!best && others[0])
    wished.facts.fallback = `${providerName(others[0].provider)} does not run here: ${others[0].reason ?? ''}`
  if (wished.facts.provider === 'cpu') return wished
  return better(await compileOn(step, options, 'cpu'), wished, options.variables, trial)
}

/** The faster of two compiled steps, unless the second fails or answers another loss; the one that is left over is disposed of. */
export async function better(
  reference: CompiledStep,
  other: CompiledStep,
  variables: Values,
  trial: Values,
): Promise<CompiledStep> {
  const provider = providerName(other.facts.provider)
  const right = await tryStep(reference, trial)
  const found = await tryStep(other, trial).catch((cause: unknown) => ({
    failure: cause instanceof Error ? cause.message : String(cause),
  }))
  const fallback = reasonAgainst(provider, right, found)
  const [kept, left] = fallback === null ? [other, reference] : [reference, other]
  await left.dispose()
  kept.facts.fallback = fallback
  kept.load(variables)
  return kept
}

interface Trial {
  losses: number[]
  milliseconds: number
}

function reasonAgainst(provider: string, right: Trial, found: Trial | { failure: string }): string | null {
  if ('failure' in found) return `${provider} fails at this step: ${found.failure}`
  const wrong = right.losses.findIndex((loss, at) => !(Math.abs(found.losses[at]! - loss) <= TOLERANCE * (1 + Math.abs(loss))))
  if (wrong >= 0) {
    return `${provider} answers a loss of ${found.losses[wrong]} at step ${wrong + 1}, where the processor answers ${right.losses[wrong]}`
  }
  if (found.milliseconds < right.milliseconds) return null
  return `${provider} takes ${found.milliseconds.toFixed(0)} ms for a step, the processor ${right.milliseconds.toFixed(0)}`
}

/** Losses of a few steps, and the fastest of them. */
async function tryStep(step: CompiledStep, trial: Values): Promise<Trial> {
  const losses: number[] = []
  let milliseconds = Infinity
  for (let at = 0; at <= TIMED; at++) {
    const began = performance.now()
    losses.push(Number((await step.run(trial))['loss']!.data[0]))
    if (at > 0) milliseconds = Math.min(milliseconds, performance.now() - began)
  }
  return { losses, milliseconds }
}

/** On this provider, or on the processor, as the facts then say. */
export function compileOn(step: Step, options: CompileOptions, provider: string): Promise<CompiledStep> {
  return compile(step, {
    ...options,
    session: { ...options.session, providers: [provider, 'cpu'].slice(0, provider === 'cpu' ? 1 : 2) },
  })
}
