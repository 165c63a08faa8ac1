/** Clusters over the contract: the analysis worker's, with the name that most of their labels give them. */
import { clusterJob } from '../jobs/cluster'
import { handle } from './base'

/** A cluster bears a class's name when more than half of its labels say so. */
const majority = 0.5

export const clusters = {
  list: handle.clusters.list.handler(async ({ context, input }) => {
    const { analysis, store } = context.session.project
    if (!store.runs.active()) return { granularity: input.granularity ?? 0.5, clusters: [], outliers: 0 }
    const names = new Map(store.classes.list().map(({ id, name }) => [id, name]))
    const listed = await analysis.ask((client) => client.clusters(input))
    return {
      ...listed,
      clusters: listed.clusters.map((cluster) => {
        const [most] = [...cluster.labels].sort((a, b) => b.count - a.count)
        const total = cluster.labels.reduce((sum, { count }) => sum + count, 0)
        const named = most?.classId && most.count > total * majority
        return { ...cluster, name: named ? (names.get(most.classId!) ?? null) : null }
      }),
    }
  }),
  start: handle.clusters.start.handler(({ context, input }) => ({
    jobId: context.session.project.jobs.enqueue(clusterJob, input),
  })),
}
