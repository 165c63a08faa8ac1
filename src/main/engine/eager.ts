/** The second engine: runs a step operation by operation on a tfjs backend that is registered, such as tfjs-node's. */
import type { CompileOptions } from './compile'
import { EngineError } from './errors'
import { checkChanged, checkFinite, checkInputs, checkState } from './checks'
import type { Step, Tensors, TrainingStep, Values } from './program'
import { type Tensor, tensor, type TensorArrays } from './tensor'
import { tf } from './tfjs'
import { onBackend } from './on-backend'

export type EagerOptions = Omit<CompileOptions, 'session'> & {
  /** Name of a registered tfjs backend: `cpu`, `tensorflow`. */
  backend: string
}

/** A step with its state on the backend. Whoever makes it disposes it. */
export class EagerStep implements TrainingStep {
  private readonly step: Step
  private readonly options: EagerOptions
  private current: Record<string, tf.Tensor>
  private steps = 0

  private constructor(step: Step, options: EagerOptions, current: Record<string, tf.Tensor>) {
    this.step = step
    this.options = options
    this.current = current
  }

  /** @throws EngineError NO_BACKEND */
  static async create(step: Step, options: EagerOptions): Promise<EagerStep> {
    const { backend, variables } = options
    if (!tf.engine().registryFactory[backend]) throw new EngineError('NO_BACKEND', `there is no tfjs backend ${backend} here`)
    return new EagerStep(step, options, await onBackend(backend, () => onto(variables)))
  }

  async run(inputs: Values): Promise<Record<string, Tensor>> {
    const { options, current } = this
    checkInputs(inputs, options.inputs)
    return onBackend(options.backend, async () => {
      const { variables, outputs } = tf.tidy(() => {
        const results = this.step(current, floats(onto(inputs), inputs))
        checkChanged(results.variables, options.variables)
        // Clones outlive what they are clones of, be it an input or the old state.
        return { variables: clones(results.variables), outputs: clones(results.outputs) }
      })
      const values = await numbers(outputs)
      tf.dispose(outputs)
      try {
        for (const name of options.finite ?? ['loss']) checkFinite(name, values[name], this.steps + 1)
      } catch (error) {
        tf.dispose(variables)
        throw error
      }
      for (const name of Object.keys(variables)) current[name]!.dispose()
      this.current = { ...current, ...variables }
      this.steps++
      return values
    })
  }

  async variables(): Promise<Record<string, Tensor>> {
    return onBackend(this.options.backend, () => numbers(this.current))
  }

  async load(variables: Values, steps = 0): Promise<void> {
    checkState(variables, this.options.variables)
    const names = Object.keys(this.options.variables)
    const own = Object.fromEntries(names.map((name) => [name, variables[name]!]))
    const next = await onBackend(this.options.backend, () => onto(own))
    tf.dispose(this.current)
    this.current = next
    this.steps = steps
  }

  async dispose(): Promise<void> {
    tf.dispose(this.current)
    this.current = {}
  }
}

/** Runs a step function on the tfjs backend `options.backend`. @throws EngineError NO_BACKEND */
export function eager(step: Step, options: EagerOptions): Promise<EagerStep> {
  return EagerStep.create(step, options)
}

function onto(values: Values): Record<string, tf.Tensor> {
  return Object.fromEntries(
    Object.entries(values).map(([name, { data, shape, type }]) => [
      name,
      tf.tensor(data.slice() as Float32Array, [...shape], tfType(type)),
    ]),
  )
}

const tfType = (type: string) => (type === 'uint8' ? 'int32' : (type as 'float32' | 'int32'))

/** Bytes reach programs as floats. */
function floats(tensors: Tensors, values: Values): Tensors {
  return Object.fromEntries(
    Object.entries(tensors).map(([name, each]) => [name, values[name]!.type === 'uint8' ? tf.cast(each, 'float32') : each]),
  )
}

function clones(tensors: Tensors): Record<string, tf.Tensor> {
  return Object.fromEntries(Object.entries(tensors).map(([name, each]) => [name, tf.clone(each)]))
}

async function numbers(tensors: Tensors): Promise<Record<string, Tensor>> {
  const entries = Object.entries(tensors).map(async ([name, each]) => {
    const data = (await each.data()).slice() as TensorArrays['float32']
    return [name, tensor(each.dtype as 'float32', each.shape, data)] as const
  })
  return Object.fromEntries(await Promise.all(entries))
}
