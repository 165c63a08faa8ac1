/** Classes over the contract. */
import type { Project } from '../jobs/project'
import type { Act } from '../store/log-entry'
import { told } from './annotations'
import { handle } from './base'

async function recorded(project: Project, make: () => Act) {
  const entry = await project.store.annotations.record(make)
  await told(project)
  return entry
}

export const classes = {
  list: handle.classes.list.handler(({ context }) => context.session.project.store.classes.list()),
  create: handle.classes.create.handler(async ({ context, input }) => {
    const { project } = context.session
    let made = ''
    await recorded(project, () => {
      const { act, uuid } = project.store.classes.creation(input.name)
      made = uuid
      return act
    })
    return project.store.classes.get(made)
  }),
  update: handle.classes.update.handler(async ({ context, input: { id, ...change } }) => {
    const { project } = context.session
    await recorded(project, () => project.store.classes.edit(id, change))
    return project.store.classes.get(id)
  }),
  remove: handle.classes.remove.handler(({ context, input }) =>
    recorded(context.session.project, () => context.session.project.store.classes.removal(input.id)),
  ),
  merge: handle.classes.merge.handler(({ context, input }) => {
    const { project } = context.session
    const multi = project.store.meta.facts().labeling === 'multi'
    return recorded(project, () => project.store.classes.merge(input.from, input.into, multi))
  }),
}
