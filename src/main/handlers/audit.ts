/** The audit over the contract. Its answers are labels of source `audited` in the log, so that they are kept and undone like any other. */
import { HandfulError } from '@shared/errors'
import type { AuditState } from '@shared/contract/audit'
import type { Project } from '../jobs/project'
import type { AuditRecord } from '../store/audits'
import { handle } from './base'

/** Told ahead, so that their images can be fetched. */
const ahead = 8
const images = (count: number) => (count === 1 ? '1 image' : `${count.toLocaleString('en')} images`)
const percent = (fraction: number) => `${(100 * fraction).toFixed(1)} %`

async function stateOf({ store, analysis }: Project, record: AuditRecord): Promise<AuditState> {
  const draws = store.audits.draws(record.id)
  const labels = store.annotations.of(draws.map(({ ordinal }) => ordinal))
  const answered = draws.map((draw) => {
    const label = labels.get(draw.ordinal)?.[0]
    const given = label !== undefined && (label.source === 'audited' || label.source === 'human')
    const agrees = given ? label.classId !== null && uuidOf(store, label.classId) === record.classes[draw.class] : null
    return { ...draw, agrees }
  })
  const { target, sizes, looks } = record.plan
  const verdict = await analysis.ask((client) =>
    client.judgeAudit({ target, sizes, looks, draws: answered.map(({ ring, agrees }) => ({ ring, agrees })) }),
  )
  const open = record.endedAt === null && verdict.state !== 'reached' && verdict.state !== 'cannot'
  const coming = open ? answered.filter(({ agrees }) => agrees === null).map(({ ordinal }) => ordinal) : []
  const unlabeled = await analysis.ask((client) => client.countAbove({ minConfidence: 0 }))
  return {
    id: record.uuid,
    plan: record.plan,
    classes: record.classes,
    createdAt: record.createdAt,
    draws: draws.length,
    verdict,
    next: coming[0] ?? null,
    coming: coming.slice(1, 1 + ahead),
    stale: store.audits.staleSince(record.seq),
    needPerson: Math.max(0, unlabeled - (verdict.level === null ? 0 : openGuesses(store, record, verdict.level).length)),
    ended: record.endedAt === null ? null : { at: record.endedAt, outcome: record.outcome },
  }
}

const uuidOf = (store: Project['store'], classId: number) => store.classes.uuids().get(classId)

/** Positions of the audit's guesses that a level accepts and that nobody has labeled since. */
function openGuesses(
  store: Project['store'],
  record: AuditRecord,
  level: number,
): { ordinal: number; class: number; confidence: number }[] {
  const { ordinals, rings, classes, confidences } = store.audits.guesses(record.id)
  const mine = Array.from(ordinals.keys()).filter((at) => rings[at]! <= level)
  const labels = store.annotations.of(mine.map((at) => ordinals[at]!))
  return mine
    .filter((at) => !labels.has(ordinals[at]!))
    .map((at) => ({ ordinal: ordinals[at]!, class: classes[at]!, confidence: confidences[at]! }))
}

/** @throws HandfulError NOT_READY when none is under way */
function underWay({ store }: Project): AuditRecord {
  const record = store.audits.latest()
  if (record?.endedAt !== null) throw new HandfulError('NOT_READY', { needs: 'an audit under way' })
  return record
}

export const audit = {
  state: handle.audit.state.handler(({ context }) => {
    const { project } = context.session
    const record = project.store.audits.latest()
    return record && stateOf(project, record)
  }),
  start: handle.audit.start.handler(async ({ context, input }) => {
    const { project } = context.session
    await project.analysis.refit()
    const planned = await project.analysis.ask((client) => client.planAudit(input))
    const guesses = {
      ordinals: new Uint32Array(await planned.ordinals.arrayBuffer()),
      rings: new Uint8Array(await planned.rings.arrayBuffer()),
      classes: new Uint16Array(await planned.predictions.arrayBuffer()),
      confidences: new Float32Array(await planned.confidences.arrayBuffer()),
    }
    const draws = planned.draws.map((at) => ({
      ordinal: guesses.ordinals[at]!,
      ring: guesses.rings[at]!,
      class: guesses.classes[at]!,
    }))
    const { runId: run, classes, plan } = planned
    const seq = project.store.heads.latest(run)?.seq ?? 0
    project.store.audits.create({ run, seq, classes, plan }, guesses, draws)
    project.changed('predictions')
    return stateOf(project, underWay(project))
  }),
  answer: handle.audit.answer.handler(async ({ context, input: { ordinal, classId, final } }) => {
    const { project } = context.session
    const record = underWay(project)
    const draw = project.store.audits.draws(record.id).find((one) => one.ordinal === ordinal)
    if (!draw) throw new HandfulError('UNKNOWN_ID', { what: 'image of this audit', id: String(ordinal) })
    const proposed = record.classes[draw.class]!
    if (classId !== proposed && !final) return { state: await stateOf(project, record), proposed }
    const name = classId === null ? 'unknown' : project.store.classes.get(classId).name
    const id = classId === null ? null : project.store.classes.idOf(classId)
    const sets = [{ classId: id, source: 'audited' as const, ordinals: [ordinal] }]
    await project.store.annotations.append({ what: 'label', title: `Check: 1 image → ${name}`, sets })
    await project.changedNow('labels', 'classes', 'project')
    project.analysis.refitSoon()
    return { state: await stateOf(project, record), proposed: null }
  }),
  accept: handle.audit.accept.handler(async ({ context }) => {
    const { project } = context.session
    const { store } = project
    const record = underWay(project)
    const { verdict } = await stateOf(project, record)
    if (verdict.level === null)
      throw new HandfulError('NOT_READY', {
        needs: `a lower bound of ${percent(record.plan.target)}, which the checks do not show`,
      })
    const level = verdict.levels[verdict.level]!
    const accepted = openGuesses(store, record, verdict.level)
    const sets = [...Map.groupBy(accepted, (guess) => guess.class)].map(([index, mine]) => ({
      classId: store.classes.idOf(record.classes[index]!),
      source: 'propagated' as const,
      ordinals: mine.map(({ ordinal }) => ordinal),
      confidences: mine.map(({ confidence }) => confidence),
    }))
    const shown = `${percent(level.estimate!)} right (95 % interval ${percent(level.lower)} to ${percent(level.upper)})`
    const title = `${images(accepted.length)} accepted after an audit: ${shown}`
    const entry = accepted.length === 0 ? null : await store.annotations.append({ what: 'accept', title, sets })
    const { estimate, lower, upper } = level
    const outcome = { checks: verdict.checked, accepted: accepted.length, estimate, lower, upper, acceptedAt: entry?.at ?? null }
    store.audits.end(record.id, outcome)
    await project.changedNow('labels', 'classes', 'project', 'predictions')
    project.analysis.refitSoon()
    return entry
  }),
  discard: handle.audit.discard.handler(({ context }) => {
    const { project } = context.session
    project.store.audits.end(underWay(project).id, null)
    project.changed('predictions')
  }),
}
