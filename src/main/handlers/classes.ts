/** Classes over the contract. */
import { handle } from './base'

export const classes = {
  list: handle.classes.list.handler(({ context }) => context.session.project.store.classes.list()),
  create: handle.classes.create.handler(async ({ context, input }) => {
    const { project } = context.session
    const created = project.store.classes.create(input.name)
    await project.changedNow('classes')
    return created
  }),
  update: handle.classes.update.handler(async ({ context, input: { id, ...change } }) => {
    const { project } = context.session
    const updated = project.store.classes.update(id, change)
    await project.changedNow('classes')
    return updated
  }),
  remove: handle.classes.remove.handler(async ({ context, input }) => {
    const { project } = context.session
    project.store.classes.remove(input.id)
    await project.changedNow('classes')
  }),
}
