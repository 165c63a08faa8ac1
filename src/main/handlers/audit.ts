/** The audit over the contract. Its answers are labels of source `audited` in the log, so that they are kept and undone like any other. */
import { HandfulError } from '@shared/errors'
import type { AuditState } from '@shared/contract/audit'
import type { Project } from '../jobs/project'
import type { AuditDraw, AuditRecord } from '../store/audits'
import type { LabelSet } from '../store/log-entry'
import type { LabelInForce } from '../store/projection'
import { handle } from './base'

/** Told ahead, so that their images can be fetched. */
const ahead = 8
const images = (count: number) => (count === 1 ? '1 image' : `${count.toLocaleString('en')} images`)
const percent = (fraction: number) => `${(100 * fraction).toFixed(1)} %`

async function stateOf({ store, analysis }: Project, record: AuditRecord): Promise<AuditState> {
  const draws = store.audits.draws(record.id)
  const labels = store.annotations.of(draws.map(({ ordinal }) => ordinal))
  const answered = draws.map((draw) => ({ ...draw, agrees: agreement(store, labels.get(draw.ordinal) ?? [], draw, record) }))
  const { target, sizes, errors, levels, looks } = record.plan
  const verdict = await analysis.ask((client) =>
    client.judgeAudit({ target, sizes, errors, levels, looks, draws: answered.map(({ ring, agrees }) => ({ ring, agrees })) }),
  )
  const open = record.endedAt === null && verdict.state !== 'reached' && verdict.state !== 'cannot'
  const coming = open ? [...new Set(answered.flatMap(({ ordinal, agrees }) => (agrees === null ? [ordinal] : [])))] : []
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

const isMulti = (store: Project['store']) => store.meta.facts().labeling === 'multi'

/** What a person's labels say of a drawn guess; null while nobody has said anything. */
function agreement(
  store: Project['store'],
  labels: readonly LabelInForce[],
  draw: AuditDraw,
  { classes }: AuditRecord,
): boolean | null {
  const given = labels.filter(({ source }) => source === 'audited' || source === 'human')
  const guess = store.classes.knownId(classes[draw.class]!)
  if (given.some(({ classId }) => classId === guess)) return true
  if (!isMulti(store)) return given.length > 0 ? false : null
  const struckOut = store.annotations.spoken(draw.ordinal, guess) && !labels.some(({ classId }) => classId === guess)
  return struckOut || given.some(({ classId }) => classId === null) ? false : null
}

/** Positions of the audit's guesses that a level accepts and that nobody has labeled since. */
function openGuesses(
  store: Project['store'],
  record: AuditRecord,
  level: number,
): { ordinal: number; class: number; confidence: number }[] {
  const { ordinals, rings, classes, confidences } = store.audits.guesses(record.id)
  const mine = Array.from(ordinals.keys()).filter((at) => rings[at]! < record.plan.levels[level]!)
  const labels = store.annotations.of(mine.map((at) => ordinals[at]!))
  const multi = isMulti(store)
  const spoken = (at: number) =>
    multi &&
    (store.annotations.spoken(ordinals[at]!, store.classes.knownId(record.classes[classes[at]!]!)) ||
      labels.get(ordinals[at]!)?.some(({ classId }) => classId === null))
  return mine
    .filter((at) => (multi ? !spoken(at) : !labels.has(ordinals[at]!)))
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
  answer: handle.audit.answer.handler(async ({ context, input: { ordinal, classIds, final } }) => {
    const { project } = context.session
    const { store } = project
    const record = underWay(project)
    const guesses = store.audits
      .draws(record.id)
      .flatMap((draw) => (draw.ordinal === ordinal ? [record.classes[draw.class]!] : []))
    if (guesses.length === 0) throw new HandfulError('UNKNOWN_ID', { what: 'image of this audit', id: String(ordinal) })
    if (classIds.length > 1 && !isMulti(store))
      throw new HandfulError('BAD_PARAMETER', { name: 'answer', reason: 'an image has one class in this project' })
    const proposed = guesses.filter((guess) => !classIds.includes(guess))
    if (proposed.length > 0 && !final) return { state: await stateOf(project, record), proposed }
    const names = classIds.map((id) => store.classes.get(id).name).join(', ')
    const given: LabelSet[] = (classIds.length > 0 ? classIds : [null]).map((id) => ({
      classId: id === null ? null : store.classes.idOf(id),
      source: 'audited',
      ordinals: [ordinal],
    }))
    const notSo = isMulti(store) ? proposed : []
    const sets = [
      ...given,
      ...notSo.map((id): LabelSet => ({
        classId: store.classes.knownId(id),
        cleared: true,
        source: 'audited',
        ordinals: [ordinal],
      })),
    ]
    await store.annotations.append({ what: 'label', title: `Check: 1 image → ${names || 'unknown'}`, sets })
    await project.changedNow('labels', 'classes', 'project')
    project.analysis.refitSoon()
    return { state: await stateOf(project, record), proposed: [] }
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
