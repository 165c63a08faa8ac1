/** What may be wrong, over the contract; found by the analysis worker. */
import { HandfulError } from '@shared/errors'
import { handle } from './base'

export const cleaning = {
  summary: handle.cleaning.summary.handler(({ context }) =>
    context.session.project.analysis.ask((client) => client.cleaningSummary()),
  ),
  suspects: handle.cleaning.suspects.handler(({ context, input }) =>
    context.session.project.analysis.ask((client) => client.suspects(input)),
  ),
  stacks: handle.cleaning.stacks.handler(({ context, input }) =>
    context.session.project.analysis.ask((client) => client.stacks(input)),
  ),
  keep: handle.cleaning.keep.handler(async ({ context, input: { ordinals, classId: only } }) => {
    const { project } = context.session
    const asked = only === undefined ? null : project.store.classes.idOf(only)
    const labels = [...project.store.annotations.of(ordinals)].flatMap(([ordinal, all]) =>
      all
        .filter(({ classId }) => asked === null || classId === asked)
        .map((label) => ({ ordinal, ...label, source: label.source === 'audited' ? label.source : ('human' as const) })),
    )
    if (labels.length === 0) throw new HandfulError('NOTHING_TO_DO', { what: 'none of these images has a label' })
    const sets = [...Map.groupBy(labels, ({ classId, source, drawn }) => `${classId} ${source} ${drawn}`).values()].map(
      (alike) => {
        const { classId, source, drawn } = alike[0]!
        return { classId, source, drawn, ordinals: alike.map(({ ordinal }) => ordinal) }
      },
    )
    const count = new Set(labels.map(({ ordinal }) => ordinal)).size
    const title = count === 1 ? 'The label of 1 image kept' : `The labels of ${count.toLocaleString('en')} images kept`
    const entry = await project.store.annotations.append({ what: 'confirm', title, sets })
    await project.changedNow('labels', 'project')
    return entry
  }),
}
