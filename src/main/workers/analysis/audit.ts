/** Plans an audit of the pseudo-labels that the open project has now. */
import { HandfulError } from '@shared/errors'
import type { AuditVerdict } from '@shared/contract/audit'
import { type AuditAnswers, judge } from '../../labeling/audit/judge'
import { planAudit } from '../../labeling/audit/plan'
import type { Guesses } from '../../labeling/audit/strata'
import type { Columns } from './columns'
import { eachGuess } from './guesses'

/**
 * Open guesses of images that are there: in multi-label projects each pair of image and class is one, and a fair sample of pairs is drawn.
 * @throws HandfulError NOT_READY
 */
export function auditOf(columns: Columns, target: number, seed: number) {
  const { files, classes } = columns
  const ordinals: number[] = []
  const indices: number[] = []
  const sure: number[] = []
  for (let ordinal = 0; ordinal < columns.count; ordinal++) {
    if (files[ordinal] === 0) continue
    eachGuess(columns, ordinal, (index, confidence) => {
      ordinals.push(ordinal)
      indices.push(index)
      sure.push(confidence)
    })
  }
  const guesses: Guesses = {
    ordinals: Uint32Array.from(ordinals),
    classes: Uint16Array.from(indices),
    confidences: Float32Array.from(sure),
  }
  const plan = planAudit(guesses, classes.length, target, seed)
  if (!plan) {
    if (ordinals.length === 0) throw new HandfulError('NOT_READY', { needs: 'guesses' })
    throw new HandfulError('GUESSES_UNSURE', { target: percent(target) })
  }
  const { rings, draws, ...facts } = plan
  return { guesses, rings, draws, plan: { ...facts, seed } }
}

export function verdictOf(answers: AuditAnswers): AuditVerdict {
  const verdict = judge(answers)
  const levels = verdict.levels.map((level) => ({ ...level, estimate: Number.isNaN(level.estimate) ? null : level.estimate }))
  return { ...verdict, levels }
}

const percent = (fraction: number) => `${Math.round(1000 * fraction) / 10} %`
