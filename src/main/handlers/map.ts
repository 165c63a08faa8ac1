/** The map over the contract: what there is to colour by. Its numbers go through the site. */
import { mapVersion } from '../jobs/map-file'
import { handle } from './base'

export const map = {
  state: handle.map.state.handler(async ({ context }) => {
    const { store, analysis } = context.session.project
    const run = store.runs.active()
    const version = run && (await mapVersion(store.folder, run.id))
    if (!run || !version) return null
    return { runId: run.id, version, fields: await analysis.ask((client) => client.fields()) }
  }),
  legend: handle.map.legend.handler(({ context, input }) =>
    context.session.project.analysis.ask((client) => client.legend(input)),
  ),
}
