/** Jobs over the contract. */
import { handle } from './base'

export const jobs = {
  list: handle.jobs.list.handler(({ context }) => context.session.current?.jobs.list() ?? []),
  watch: handle.jobs.watch.handler(({ context, signal }) => context.session.project.jobs.watch(signal)),
  cancel: handle.jobs.cancel.handler(({ context, input }) => context.session.project.jobs.cancel(input.id)),
  pause: handle.jobs.pause.handler(({ context, input }) => context.session.project.jobs.pause(input.id)),
  resume: handle.jobs.resume.handler(({ context, input }) => context.session.project.jobs.resume(input.id)),
  wait: handle.jobs.wait.handler(({ context, input, signal }) => context.session.project.jobs.wait(input.id, signal)),
}
