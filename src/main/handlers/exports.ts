/** Exports over the contract. */
import { isAbsolute, resolve } from 'node:path'
import { HandfulError } from '@shared/errors'
import type { ExportRequest } from '@shared/contract/exports'
import { z } from 'zod'
import { exporterDescriptor, exporterDescriptors, exportOptions } from '../export/descriptors'
import { exportJob, previewExport } from '../jobs/export'
import { handle } from './base'

const formats = exporterDescriptors.map(({ options, needsSplit = false, ...about }) => ({
  id: about.id,
  title: about.title,
  help: about.help,
  group: about.group,
  target: about.target,
  extension: about.extension,
  takesUnlabeled: about.takesUnlabeled,
  multiLabel: about.multiLabel,
  needsSplit,
  parameters: z.toJSONSchema(options, { io: 'input' }),
}))

/** What can be refused at once, before a job begins. */
function checked(request: ExportRequest): ExportRequest {
  exportOptions(exporterDescriptor(request.format), request.options)
  if (!isAbsolute(request.target)) {
    throw new HandfulError('BAD_PARAMETER', { name: 'target', reason: `${request.target} is not an absolute path` })
  }
  if (request.split && request.split.validation + request.split.test > 1) {
    throw new HandfulError('BAD_PARAMETER', { name: 'split', reason: 'validation and test together are more than the whole' })
  }
  return { ...request, target: resolve(request.target) }
}

export const exports = {
  formats: handle.exports.formats.handler(() => formats),
  preview: handle.exports.preview.handler(({ context, input }) =>
    previewExport(context.session.project.store.folder, checked(input)),
  ),
  start: handle.exports.start.handler(({ context, input }) => ({
    jobId: context.session.project.jobs.enqueue(exportJob, checked(input)),
  })),
}
