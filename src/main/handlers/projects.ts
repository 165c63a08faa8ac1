/** Projects over the contract. */
import { existsSync } from 'node:fs'
import { basename, join, resolve, sep } from 'node:path'
import { HandfulError } from '@shared/errors'
import type { ProjectState } from '@shared/model'
import { checkRoot } from '../dataset/scan'
import { importJob } from '../jobs/import'
import type { Project } from '../jobs/project'
import { diskUse } from '../store/disk-use'
import { handle } from './base'
import type { Session } from './session'

export async function stateOf({ store }: Project): Promise<ProjectState> {
  const { id, name, root, fit, labeling } = store.meta.facts()
  const bySource = store.annotations.countsBySource()
  const active = store.runs.active()
  const head = active && store.heads.latest(active.id)
  const { undo, redo } = store.annotations.undoable()
  return {
    id,
    name,
    folder: store.folder,
    root: root.toString(),
    rootPresent: existsSync(root),
    fit,
    labeling,
    counts: {
      ...store.samples.counts(),
      labeled: store.annotations.labeled(),
      unconfirmed: store.annotations.unconfirmed(),
      bySource,
      embedded: active?.embedded ?? 0,
      clusters: active ? Number(store.meta.get('clusters') ?? 0) : 0,
      pseudoLabeled: head ? Number(head.state['pseudoLabels'] ?? 0) : 0,
    },
    activeRun: active?.id ?? null,
    canUndo: undo,
    canRedo: redo,
    disk: await diskUse(store.folder),
  }
}

/** A free folder for the project of an image folder. */
function newFolder(session: Session, root: string): string {
  const name = basename(root) || 'images'
  for (let number = 1; ; number++) {
    const folder = join(session.host.info.projectsFolder, `${name}${number > 1 ? ` ${number}` : ''}.handful`)
    if (!existsSync(folder)) return folder
  }
}

async function opened(session: Session, project: Project): Promise<ProjectState> {
  const state = await stateOf(project)
  session.host.recent.remember({ folder: state.folder, name: state.name, openedAt: Date.now(), samples: state.counts.samples })
  return state
}

export const projects = {
  recent: handle.projects.recent.handler(({ context: { session } }) => {
    session.recountRecent()
    return session.host.recent.list()
  }),
  forget: handle.projects.forget.handler(({ context, input }) => context.session.host.recent.forget(input.folder)),
  create: handle.projects.create.handler(async ({ context: { session }, input }) => {
    const root = resolve(input.root)
    await checkRoot(root)
    const folder = resolve(input.folder ?? newFolder(session, root))
    if (`${folder}${sep}`.startsWith(`${root}${sep}`)) throw new HandfulError('TARGET_INSIDE_IMAGES', { path: folder })
    const project = await session.create(folder, {
      root: Buffer.from(root),
      fit: input.fit,
      labeling: input.labeling,
      followLinks: input.followLinks,
    })
    project.jobs.enqueue(importJob, { automatic: input.automatic })
    return opened(session, project)
  }),
  open: handle.projects.open.handler(async ({ context: { session }, input }) => {
    const folder = resolve(input.folder)
    const current = session.current
    return opened(session, current?.store.folder === folder ? current : await session.open(folder))
  }),
  close: handle.projects.close.handler(({ context }) => context.session.close()),
  state: handle.projects.state.handler(({ context }) => (context.session.current ? stateOf(context.session.current) : null)),
  events: handle.projects.events.handler(({ context, signal }) => context.session.project.events(signal)),
  rescan: handle.projects.rescan.handler(async ({ context, input }) => {
    const { project } = context.session
    if (input.root !== undefined) {
      await checkRoot(resolve(input.root))
      project.store.meta.set('root', Buffer.from(resolve(input.root)))
      project.changed('project')
    }
    return { jobId: project.jobs.enqueue(importJob, { automatic: input.automatic }) }
  }),
}
