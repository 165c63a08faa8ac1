/** What every engine checks before and after a step. */
import { EngineError, shapeText } from './errors'
import type { InputPorts, Tensors, Values } from './program'
import type { Tensor } from './tensor'

const describe = (type: string, shape: readonly number[]) => `${type} ${shapeText(shape)}`

/** @throws EngineError SHAPE_CHANGED */
export function checkInputs(inputs: Values, ports: InputPorts): void {
  for (const [name, { shape, type }] of Object.entries(ports)) {
    const given = inputs[name]
    const found = given ? describe(given.type, given.shape) : 'missing'
    const wanted = describe(type ?? 'float32', shape)
    if (found !== wanted)
      throw new EngineError('SHAPE_CHANGED', `input ${name} is ${found}, but the step was compiled for ${wanted}`)
  }
}

/** @throws EngineError NOT_FINITE */
export function checkFinite(name: string, output: Tensor | undefined, step: number): void {
  const value = Number(output?.data[0] ?? 0)
  if (!Number.isFinite(value)) {
    throw new EngineError('NOT_FINITE', `${name} became ${value} at step ${step}: a lower learning rate usually helps`)
  }
}

/** @throws EngineError CHECKPOINT_MISMATCH */
export function checkState(found: Values, wanted: Values): void {
  for (const [name, { shape }] of Object.entries(wanted)) {
    const value = found[name]
    if (!value) throw new EngineError('CHECKPOINT_MISMATCH', `the state has no variable ${name}`)
    if (shapeText(value.shape) !== shapeText(shape)) {
      throw new EngineError('CHECKPOINT_MISMATCH', `variable ${name} is ${shapeText(value.shape)}, not ${shapeText(shape)}`)
    }
  }
}

/** What a step answers of its variables must be able to take their place. @throws EngineError SHAPE_CHANGED */
export function checkChanged(answered: Tensors, variables: Values): void {
  for (const [name, { dtype, shape }] of Object.entries(answered)) {
    const before = variables[name]
    if (!before) throw new EngineError('SHAPE_CHANGED', `the step answers a variable ${name} that it was not given`)
    const [found, wanted] = [describe(dtype, shape), describe(before.type, before.shape)]
    if (found !== wanted) throw new EngineError('SHAPE_CHANGED', `the step makes variable ${name} ${found}, but it was ${wanted}`)
  }
}
