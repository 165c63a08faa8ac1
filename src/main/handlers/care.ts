/** Care of projects and of the installation over the contract. */
import { existsSync } from 'node:fs'
import { readFile, rm } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { HandfulError } from '@shared/errors'
import { physicalCores } from '../jobs/cores'
import { examineProject } from '../jobs/examine'
import { backUp } from '../store/backup'
import { diskUse } from '../store/disk-use'
import { mergeLog } from '../store/merge'
import { openProject } from '../store/open'
import { repair } from '../store/repair'
import { salvage } from '../store/salvage'
import { handle } from './base'
import { diagnostics } from './diagnostics'
import { stateOf } from './projects'
import type { Session } from './session'

/** Work that a person would lose by it must end first. */
function idle({ project }: Session): void {
  const { running } = project.jobs
  if (running !== null) throw new HandfulError('NOT_READY', { needs: `“${running}” to end` })
}

export const care = {
  verify: handle.care.verify.handler(({ context }) => examineProject(context.session.project.store.folder)),
  repair: handle.care.repair.handler(async ({ context: { session } }) => {
    idle(session)
    const { folder } = session.project.store
    const found = await examineProject(folder)
    const backup = await session.alone(async (store) => {
      const { path } = await backUp(store)
      await repair(store, found)
      return path
    })
    return { found, left: await examineProject(folder), backup }
  }),
  salvage: handle.care.salvage.handler(async ({ context: { session }, input }) => {
    const folder = resolve(input.folder)
    if (!existsSync(join(folder, 'project.sqlite'))) throw new HandfulError('NOT_FOUND', { path: join(folder, 'project.sqlite') })
    if (session.current?.store.folder === folder) throw new HandfulError('PROJECT_IN_USE', { path: folder })
    return salvage(folder)
  }),
  backup: handle.care.backup.handler(({ context }) => backUp(context.session.project.store)),
  clearCaches: handle.care.clearCaches.handler(async ({ context: { session } }) => {
    idle(session)
    const { folder } = session.project.store
    const { pixels = 0 } = await diskUse(folder)
    await rm(join(folder, 'pixels'), { recursive: true, force: true })
    session.project.changed('project')
    return { bytes: pixels }
  }),
  merge: handle.care.merge.handler(({ context: { session }, input }) => {
    idle(session)
    const folder = resolve(input.folder)
    if (folder === session.project.store.folder)
      throw new HandfulError('BAD_PARAMETER', { name: 'folder', reason: 'this is the open project itself; choose its copy' })
    return session.alone(async (store) => {
      const other = openProject(folder)
      try {
        await backUp(store)
        return await mergeLog(store, other)
      } finally {
        other.close()
      }
    })
  }),
  diagnostics: handle.care.diagnostics.handler(async ({ context: { session } }) => {
    const state = session.current && (await stateOf(session.current))
    return diagnostics({
      version: session.host.info.version,
      settings: session.settings.get(),
      project: state && { counts: state.counts, disk: state.disk, fit: state.fit, folderPresent: state.rootPresent },
      log: session.log?.tail(200) ?? [],
    })
  }),
  licences: handle.care.licences.handler(() => readFile(licencesPath(), 'utf8')),
  settings: handle.care.settings.handler(({ context }) => ({ ...context.session.settings.get(), cores: physicalCores() })),
  change: handle.care.change.handler(({ context, input }) =>
    context.session.settings.change(input.threads === undefined ? {} : { threads: input.threads }),
  ),
}

/** At or above this file, in the sources, in a build and in the packed app. */
function licencesPath(from = import.meta.dirname): string {
  for (let folder = from; ; folder = dirname(folder)) {
    const path = join(folder, 'THIRD-PARTY.txt')
    if (existsSync(path)) return path
    if (dirname(folder) === folder) throw new HandfulError('NOT_FOUND', { path: 'THIRD-PARTY.txt' })
  }
}
