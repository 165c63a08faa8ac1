/** Plans an audit of the pseudo-labels that the open project has now. */
import { HandfulError } from '@shared/errors'
import type { AuditVerdict } from '@shared/contract/audit'
import { type AuditAnswers, judge } from '../../labeling/audit/judge'
import { type Guesses, planAudit } from '../../labeling/audit/plan'
import { type Columns, hasPseudoLabel } from './columns'

/** Guesses of images that are there and that nobody has labeled. @throws HandfulError NOT_READY */
export function auditOf(columns: Columns, target: number, seed: number) {
  if (columns.multi) throw new HandfulError('NOT_READY', { needs: 'a project with one label an image; this one has several' })
  const { predictions, confidences, files, classes } = columns
  const ordinals = Uint32Array.from({ length: columns.count }, (_, ordinal) => ordinal).filter(
    (ordinal) => files[ordinal]! > 0 && hasPseudoLabel(columns, ordinal),
  )
  const guesses: Guesses = {
    ordinals,
    classes: Uint16Array.from(ordinals, (ordinal) => predictions[ordinal]!),
    confidences: Float32Array.from(ordinals, (ordinal) => confidences[ordinal]!),
  }
  const plan = planAudit(guesses, classes.length, target, seed)
  if (!plan) {
    const needs =
      ordinals.length === 0 ? 'pseudo-labels' : `pseudo-labels that are surer: none is expected to reach ${percent(target)}`
    throw new HandfulError('NOT_READY', { needs })
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
