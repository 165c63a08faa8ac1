/** Training that starts from the weights of an earlier run, of this project or of another. */
import { existsSync, readdirSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { HandfulError } from '@shared/errors'
import type { Values } from '../engine/program'
import { readCheckpoint } from '../engine/training/checkpoint'
import { copyWhole } from '../engine/whole-file'
import type { GradientProgram } from './gradient-program'
import { kindOfNetwork } from './networks'
import { copiedName } from './teacher'

export interface Start {
  /** Weights, running statistics and state of the earlier run, by name. */
  readonly variables: Values
  /** Its network, null where it is none of the usual ones. */
  readonly encoder: ReturnType<typeof kindOfNetwork>
  /** Of the project. */
  readonly name: string
}

/** In the run's folder while it is under way. */
export const startName = 'checkpoint.start'

/**
 * A copy goes into the run's own folder, so that it can be resumed when the earlier one is gone.
 * @param from a run's folder, or a project's: its newest run that was trained to the end
 * @throws HandfulError BAD_PARAMETER
 */
export function readStart(from: string, folder: string): Start {
  const own = join(folder, startName)
  if (!existsSync(own)) copyWhole(checkpointIn(from), own)
  const { variables } = readCheckpoint(own)!
  const isProject = existsSync(join(from, 'runs')) || basename(dirname(from)) !== 'runs'
  return { variables, encoder: kindOfNetwork(variables), name: basename(isProject ? from : dirname(dirname(from)), '.handful') }
}

function checkpointIn(from: string): string {
  const runs = join(from, 'runs')
  const folders = existsSync(runs) ? readdirSync(runs).map((run) => join(runs, run)) : [from]
  const finished = folders.filter((folder) => existsSync(join(folder, 'encoder.onnx')))
  const found = finished.map((folder) => join(folder, 'checkpoint')).filter((path) => existsSync(path))
  const [newest] = found.sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs)
  if (newest) return newest
  throw new HandfulError('BAD_PARAMETER', { name: 'startFrom', reason: `there is no trained encoder in ${from}` })
}

/**
 * The program with whatever the earlier run has of the same name and shape: a first layer for images of another size stays new.
 * @throws HandfulError BAD_PARAMETER where nothing fits
 */
export function startedFrom(program: GradientProgram, { variables, name }: Start): GradientProgram {
  let taken = 0
  const fitting = (values: Values): Values =>
    Object.fromEntries(
      Object.entries(values).map(([key, value]) => {
        const known = variables[key] ?? variables[copiedName(key)]
        const fits = known?.type === value.type && String(known.shape) === String(value.shape)
        if (fits) taken++
        return [key, fits ? known : value]
      }),
    )
  const { weights, statistics, state } = program
  const started = { weights: fitting(weights), statistics: fitting(statistics), ...(state && { state: fitting(state) }) }
  if (taken === 0)
    throw new HandfulError('BAD_PARAMETER', { name: 'startFrom', reason: `the encoder of ${name} is of another kind or size` })
  const all = [weights, statistics, state ?? {}].reduce((sum, values) => sum + Object.keys(values).length, 0)
  const note = `Started from the encoder of ${name}: ${taken} of ${all} sets of weights.`
  return { ...program, ...started, notes: [...program.notes, note] }
}
