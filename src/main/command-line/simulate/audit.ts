/** Plays an audit to its end: the simulated person answers blind with the truth, and again where Handful's guess differs. */
import type { HandfulError } from '@shared/errors'
import type { Client } from '../command'
import { classOf } from '../commands/label'
import { readPseudoLabels } from './person'
import type { Truth } from './truth'

export interface SimulatedAudit {
  target: number
  /** `unsure`: no pseudo-label was sure enough to plan an audit. */
  outcome: 'reached' | 'cannot' | 'unsure'
  checks: number
  /** Pseudo-labels that became labels. */
  accepted: number
  /** Images that still need a person. */
  needPerson: number
  estimate: number | null
  lower: number
  upper: number
  /** Share of the accepted pseudo-labels that name the right class; null when none was accepted. */
  truePrecision: number | null
}

export async function playAudit(client: Client, truth: Truth, target: number, seed: number): Promise<SimulatedAudit> {
  const started = await client.audit.start({ target, seed }).catch((cause: unknown) => {
    if (['NOT_READY', 'GUESSES_UNSURE'].includes((cause as HandfulError).code)) return null
    throw cause
  })
  if (!started) {
    const outcome = { target, outcome: 'unsure', checks: 0, accepted: 0, estimate: null, lower: 0, upper: 1 } as const
    return { ...outcome, needPerson: await client.review.countAbove({ minConfidence: 0 }), truePrecision: null }
  }
  const guessed = await readPseudoLabels(client)
  let state = started
  while (state.next !== null && state.verdict.state !== 'reached') {
    const ordinal = state.next
    const classId = await classOf(client, truth.classOf.get(ordinal)!)
    const { state: next, proposed } = await client.audit.answer({ ordinal, classIds: [classId] })
    state = proposed.length === 0 ? next : (await client.audit.answer({ ordinal, classIds: [classId], final: true })).state
  }
  const { verdict, plan, needPerson } = state
  const level = verdict.levels[verdict.level ?? plan.levels.length - 1]!
  const common = { target, checks: verdict.checked, needPerson, estimate: level.estimate, lower: level.lower, upper: level.upper }
  if (verdict.level === null) {
    await client.audit.discard()
    return { ...common, outcome: 'cannot', accepted: 0, truePrecision: null }
  }
  await client.audit.accept()
  const accepted = await propagated(client)
  const right = accepted.filter((ordinal) => guessed.get(ordinal) === truth.classOf.get(ordinal)).length
  const truePrecision = accepted.length === 0 ? null : right / accepted.length
  return { ...common, outcome: 'reached', accepted: accepted.length, truePrecision }
}

const page = 1000

async function propagated(client: Client): Promise<number[]> {
  const found: number[] = []
  for (let offset = 0; ; offset += page) {
    const { total, rows } = await client.samples.page({ query: { source: 'propagated' }, offset, limit: page })
    found.push(...rows.map(({ ordinal }) => ordinal))
    if (offset + page >= total) return found
  }
}
