/** Clusters over the contract: the analysis worker's, with a name that a person or most of their labels give them. */
import { HandfulError } from '@shared/errors'
import { clusterJob } from '../jobs/cluster'
import type { Project } from '../jobs/project'
import type { Act } from '../store/log-entry'
import { type ClusterAtHand, shownId } from '../store/made-clusters'
import { resolve, told } from './annotations'
import { handle } from './base'
import { nameOf } from './cluster-name'

async function atHand(project: Project, cluster: number, granularity: number): Promise<ClusterAtHand> {
  const query = { clusterId: cluster, granularity, sort: 'ordinal' as const, descending: false }
  const ordinals = await resolve(project, { query })
  if (ordinals.length === 0) throw new HandfulError('UNKNOWN_ID', { what: 'cluster', id: String(cluster) })
  const name = project.store.madeClusters.rows().find(({ id }) => shownId(id) === cluster)?.name
  return { id: cluster, title: name ?? `A cluster of ${ordinals.length.toLocaleString('en')}`, ordinals }
}

async function recorded(project: Project, make: () => Act) {
  const entry = await project.store.annotations.record(make)
  await told(project, 'members')
  return entry
}

export const clusters = {
  merge: handle.clusters.merge.handler(async ({ context, input }) => {
    const { project } = context.session
    const found = await Promise.all([...new Set(input.clusters)].map((id) => atHand(project, id, input.granularity)))
    return recorded(project, () => project.store.madeClusters.merge(found))
  }),
  split: handle.clusters.split.handler(async ({ context, input }) => {
    const { project } = context.session
    const found = await atHand(project, input.cluster, input.granularity)
    const blobs = await project.analysis.ask((client) => client.pieces(input))
    const pieces = await Promise.all(blobs.map(async (piece) => new Uint32Array(await piece.arrayBuffer())))
    if (pieces.length < 2) throw new HandfulError('NOTHING_TO_DO', { what: 'the cluster does not fall apart' })
    return recorded(project, () => project.store.madeClusters.split(found, pieces))
  }),
  dissolve: handle.clusters.dissolve.handler(async ({ context, input }) => {
    const { project } = context.session
    const found = await atHand(project, input.cluster, input.granularity)
    return recorded(project, () => project.store.madeClusters.dissolve(found))
  }),
  takeOut: handle.clusters.takeOut.handler(async ({ context, input }) => {
    const { project } = context.session
    const ordinals = await resolve(project, input.selection)
    return recorded(project, () => project.store.madeClusters.takeOut(ordinals))
  }),
  add: handle.clusters.add.handler(async ({ context, input }) => {
    const { project } = context.session
    const found = await atHand(project, input.cluster, input.granularity)
    return recorded(project, () => project.store.madeClusters.add(found, input.ordinals))
  }),
  keep: handle.clusters.keep.handler(async ({ context, input }) => {
    const { project } = context.session
    const found = await atHand(project, input.cluster, input.granularity)
    let cluster = found.id
    const entry = await recorded(project, () => {
      const { act, id } = project.store.madeClusters.keep(found)
      cluster = shownId(id)
      return act
    })
    return { ...entry, cluster }
  }),
  rename: handle.clusters.rename.handler(async ({ context, input }) => {
    const { project } = context.session
    const found = await atHand(project, input.cluster, input.granularity)
    return recorded(project, () => project.store.madeClusters.rename(found, input.name))
  }),
  outward: handle.clusters.outward.handler(async ({ context, input: { like, unlike, ...rest } }) => {
    const { project } = context.session
    const from = new Blob([(await resolve(project, like)) as Uint32Array<ArrayBuffer>])
    return project.analysis.ask((client) => client.outward({ like: from, unlike: new Blob([Uint32Array.from(unlike)]), ...rest }))
  }),
  list: handle.clusters.list.handler(async ({ context, input }) => {
    const { analysis, store } = context.session.project
    if (!store.runs.active()) return { granularity: input.granularity ?? 0.5, clusters: [], outliers: 0 }
    const names = new Map(store.classes.list().map(({ id, name }) => [id, name]))
    const given = new Map(store.madeClusters.rows().map(({ id, name }) => [shownId(id), name]))
    const listed = await analysis.ask((client) => client.clusters(input))
    return {
      ...listed,
      clusters: listed.clusters.map((cluster) => ({ ...cluster, ...nameOf(cluster, given.get(cluster.id) ?? null, names) })),
    }
  }),
  start: handle.clusters.start.handler(({ context, input }) => ({
    jobId: context.session.project.jobs.enqueue(clusterJob, input),
  })),
}
