/** The host over the contract: what it can do, folders, the native dialog. */
import { HandfulError } from '@shared/errors'
import { describeEngines } from '../jobs/engines'
import { handle } from './base'
import { listFolder } from './folder-listing'

export const host = {
  engines: handle.host.engines.handler(() => describeEngines()),
  info: handle.host.info.handler(({ context }) => context.session.host.info),
  listFolder: handle.host.listFolder.handler(({ input }) => listFolder(input.path)),
  chooseFolder: handle.host.chooseFolder.handler(({ context, input }) => {
    const { chooseFolder } = context.session.host
    if (!chooseFolder) throw new HandfulError('CAPABILITY_MISSING', { capability: 'folder dialog' })
    return chooseFolder(input.title)
  }),
  chooseFile: handle.host.chooseFile.handler(({ context, input }) => {
    const { chooseFile } = context.session.host
    if (!chooseFile) throw new HandfulError('CAPABILITY_MISSING', { capability: 'file dialog' })
    return chooseFile(input.title, input.extensions)
  }),
  reveal: handle.host.reveal.handler(({ context, input }) => {
    const { reveal } = context.session.host
    if (!reveal) throw new HandfulError('CAPABILITY_MISSING', { capability: 'file manager' })
    reveal(input.path)
  }),
}
