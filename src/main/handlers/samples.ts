/** Samples over the contract: rows from the store, order and guesses from the analysis worker. */
import { join } from 'node:path'
import type { SampleRow } from '@shared/model'
import type { Project } from '../jobs/project'
import { handle } from './base'

/** Rows in the order of `ordinals`. */
async function rowsOf({ store, analysis }: Project, ordinals: number[]): Promise<SampleRow[]> {
  if (ordinals.length === 0) return []
  const pseudoLabels = await analysis.ask((client) => client.pseudoLabels({ ordinals }))
  const labels = store.annotations.of(ordinals)
  const uuids = store.classes.uuids()
  const at = new Map(ordinals.map((ordinal, index) => [ordinal, index]))
  return store.samples.rows(ordinals).map((row) => {
    const index = at.get(row.ordinal)!
    return {
      ...row,
      labels: (labels.get(row.ordinal) ?? []).map(({ classId, ...label }) => ({
        ...label,
        classId: classId === null ? null : uuids.get(classId)!,
      })),
      pseudoLabels: pseudoLabels[index] ?? [],
    }
  })
}

export const samples = {
  page: handle.samples.page.handler(async ({ context, input }) => {
    const { project } = context.session
    const { total, ordinals } = await project.analysis.ask((client) => client.page(input))
    return { total, rows: await rowsOf(project, ordinals) }
  }),
  groups: handle.samples.groups.handler(({ context, input }) =>
    context.session.project.analysis.ask((client) => client.groups(input)),
  ),
  rows: handle.samples.rows.handler(({ context, input }) => rowsOf(context.session.project, input.ordinals)),
  get: handle.samples.get.handler(async ({ context, input: { ordinal } }) => {
    const { project } = context.session
    const { places, ...facts } = project.store.samples.facts(ordinal)
    const root = project.store.meta.facts().root.toString()
    const [row] = await rowsOf(project, [ordinal])
    return {
      ...row!,
      ...facts,
      places: places.map(({ display, present }) => ({ path: display, absolute: join(root, display), present })),
      history: project.store.annotations.historyOf(ordinal),
    }
  }),
  neighbours: handle.samples.neighbours.handler(({ context, input }) =>
    context.session.project.analysis.ask((client) => client.neighbours(input)),
  ),
  embed: handle.samples.embed.handler(({ context, input }) => {
    const { lookup, store } = context.session.project
    return lookup.embed(store, input.image, input.name)
  }),
  quarantine: handle.samples.quarantine.handler(({ context, input }) =>
    context.session.project.store.files.quarantinePage(input.offset, input.limit),
  ),
}
