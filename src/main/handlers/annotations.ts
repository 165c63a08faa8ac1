/** Acts on labels over the contract. */
import { HandfulError } from '@shared/errors'
import type { Selection } from '@shared/model'
import type { Project } from '../jobs/project'
import type { Act, LabelSet } from '../store/log-entry'
import { handle } from './base'
import { importers } from '../dataset/importers/registry'
import { importLabelFile } from './label-file'

/** Which samples, as ordinals. */
export async function resolve({ analysis }: Project, selection: Selection): Promise<Uint32Array> {
  if ('ordinals' in selection) return Uint32Array.from(selection.ordinals)
  const { query } = selection
  return new Uint32Array(await (await analysis.ask((client) => client.select({ query }))).arrayBuffer())
}

async function append(project: Project, act: Act) {
  if (act.sets.every(({ ordinals }) => ordinals.length === 0))
    throw new HandfulError('NOTHING_TO_DO', { what: 'no image is selected' })
  const entry = await project.store.annotations.append(act)
  await told(project)
  return entry
}

/** Tells everyone what an act, or the undo of one, may have changed. */
export async function told(project: Project, ...also: 'members'[]): Promise<void> {
  await project.changedNow('labels', 'classes', 'project', ...also)
  project.analysis.refitSoon()
}

/** A drawn sample stays a fair one when its label is put right later. */
function drawnOf({ store }: Project, ordinals: Uint32Array, asked: number[] = []): Set<number> {
  const before = [...store.annotations.of(ordinals)].flatMap(([ordinal, labels]) =>
    labels.some(({ drawn }) => drawn) ? ordinal : [],
  )
  return new Set([...asked, ...before])
}
const isMulti = ({ store }: Project) => store.meta.facts().labeling === 'multi'

/** Naming a cluster never overrules what was said of the same class before: only in multi-label projects are both kept apart. */
const struckOut = (project: Project, ordinal: number, classId: number | null) =>
  classId !== null && isMulti(project) && project.store.annotations.spoken(ordinal, classId)

const images = (count: number) => (count === 1 ? '1 image' : `${count.toLocaleString('en')} images`)

export const annotations = {
  label: handle.annotations.label.handler(async ({ context, input }) => {
    const { project } = context.session
    const chosen = await resolve(project, input.selection)
    const seen = input.seen ? new Set(input.seen) : 'ordinals' in input.selection ? null : new Set<number>()
    const classId = input.classId === null ? null : project.store.classes.idOf(input.classId)
    const ordinals = chosen.filter((ordinal) => !seen || seen.has(ordinal) || !struckOut(project, ordinal, classId))
    const drawn = drawnOf(project, ordinals, input.drawn)
    const shown = ordinals.filter((ordinal) => !seen || seen.has(ordinal))
    const sets: LabelSet[] = [
      { classId, source: 'human', ordinals: shown.filter((ordinal) => !drawn.has(ordinal)) },
      { classId, source: 'human', drawn: true, ordinals: shown.filter((ordinal) => drawn.has(ordinal)) },
      { classId, source: 'grouped', ordinals: ordinals.filter((ordinal) => seen && !seen.has(ordinal)) },
    ]
    const name = input.classId ? project.store.classes.get(input.classId).name : 'unknown'
    const sign = isMulti(project) && classId !== null ? '+' : '→'
    return append(project, { what: 'label', title: `${images(ordinals.length)} ${sign} ${name}`, sets })
  }),
  clear: handle.annotations.clear.handler(async ({ context, input }) => {
    const { project } = context.session
    const chosen = await resolve(project, input.selection)
    if (input.classId !== undefined && isMulti(project)) {
      const { name } = project.store.classes.get(input.classId)
      const classId = project.store.classes.idOf(input.classId)
      const sets: LabelSet[] = [{ classId, cleared: true, source: 'human', ordinals: chosen }]
      return append(project, { what: 'clear', title: `${images(chosen.length)} − ${name}`, sets })
    }
    const ordinals = [...project.store.annotations.of(chosen).keys()]
    const sets: LabelSet[] = [{ classId: null, cleared: true, source: 'human', ordinals }]
    return append(project, { what: 'clear', title: `Labels of ${images(ordinals.length)} removed`, sets })
  }),
  confirm: handle.annotations.confirm.handler(async ({ context, input }) => {
    const { project } = context.session
    const labels = project.store.annotations.of(await resolve(project, input.selection))
    const open = [...labels].flatMap(([ordinal, mine]) =>
      mine.filter(({ confirmed }) => !confirmed).map(({ classId }) => ({ ordinal, classId })),
    )
    const sets = [...Map.groupBy(open, ({ classId }) => classId)].map(([classId, rows]) => ({
      classId,
      source: 'human' as const,
      ordinals: rows.map(({ ordinal }) => ordinal),
    }))
    const samples = new Set(open.map(({ ordinal }) => ordinal)).size
    return append(project, { what: 'confirm', title: `Labels of ${images(samples)} confirmed`, sets })
  }),
  undo: handle.annotations.undo.handler(async ({ context }) => {
    const { project } = context.session
    const entry = await project.store.annotations.undo()
    if (entry) await told(project, 'members')
    return entry
  }),
  redo: handle.annotations.redo.handler(async ({ context }) => {
    const { project } = context.session
    const entry = await project.store.annotations.redo()
    if (entry) await told(project, 'members')
    return entry
  }),
  log: handle.annotations.log.handler(({ context, input }) =>
    context.session.project.store.annotations.log(input.offset, input.limit),
  ),
  labelFormats: handle.annotations.labelFormats.handler(() => importers.map(({ id, title, help }) => ({ id, title, help }))),
  importFile: handle.annotations.importFile.handler(async ({ context, input }) => {
    const { project } = context.session
    const result = await importLabelFile(project.store, input, (file) => project.lookup.labels(project.store, file))
    if (result.entry) await told(project)
    return result
  }),
}
