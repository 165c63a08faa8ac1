/** Analysis worker: lives as long as its project is open. */
import { implement } from '@orpc/server'
import { HandfulError } from '@shared/errors'
import { analysisWorker } from '@shared/workers/analysis'
import { serve } from '../hosts/serve'
import { Analyst } from './analysis/analyst'
import { auditOf, verdictOf } from './analysis/audit'
import { rangeOf } from './analysis/fields'

const worker = implement(analysisWorker)
let opened: Analyst | null = null
const analyst = () => {
  if (!opened) throw new HandfulError('NO_PROJECT', {})
  return opened
}
const blob = (column: Uint32Array | Uint16Array | Uint8Array | Float32Array) =>
  new Blob([new Uint8Array(column.buffer as ArrayBuffer, column.byteOffset, column.byteLength)])

const ordinalsIn = async (bytes: Blob) => [...new Uint32Array(await bytes.arrayBuffer())]

serve(
  worker.router({
    open: worker.open.handler(({ input }) => void (opened = new Analyst(input.projectFolder))),
    changed: worker.changed.handler(({ input }) => analyst().changed(input.what)),
    page: worker.page.handler(async ({ input: { query, offset, limit } }) => {
      await analyst().prepare(query)
      const { total, ordinals } = analyst().page(query, offset, limit)
      return { total, ordinals: [...ordinals] }
    }),
    groups: worker.groups.handler(async ({ input: { query } }) => {
      await analyst().prepare(query)
      return analyst().groups(query)
    }),
    select: worker.select.handler(async ({ input: { query } }) => {
      await analyst().prepare(query)
      return blob(analyst().query(query))
    }),
    clusters: worker.clusters.handler(({ input }) => analyst().clusters(input.granularity)),
    pieces: worker.pieces.handler(({ input }) => analyst().pieces(input.cluster, input.granularity).map(blob)),
    outward: worker.outward.handler(async ({ input: { like, unlike, ...rest } }) =>
      analyst().outward({ like: await ordinalsIn(like), unlike: await ordinalsIn(unlike), ...rest }),
    ),
    neighbours: worker.neighbours.handler(({ input }) => analyst().neighbours(input.ordinal, input.count)),
    fields: worker.fields.handler(() => analyst().fields.list()),
    legend: worker.legend.handler(({ input }) => {
      const { values, ...column } = analyst().fields.get(input.field, input.granularity)
      return { kind: column.kind, values: column.names, ...rangeOf(column.kind, values) }
    }),
    column: worker.column.handler(({ input }) => blob(analyst().fields.get(input.field, input.granularity).values)),
    next: worker.next.handler(({ input }) => analyst().next(input.strategy, input.count, input.seed)),
    refit: worker.refit.handler(async ({ input }) => {
      const { starts, predictions, confidences, ...rest } = await analyst().refit(input.seed)
      return { ...rest, starts: starts && blob(starts), predictions: blob(predictions), confidences: blob(confidences) }
    }),
    histogram: worker.histogram.handler(() => analyst().histogram()),
    countAbove: worker.countAbove.handler(({ input }) => analyst().guessesAbove(input).ordinals.length),
    selectAbove: worker.selectAbove.handler(({ input }) => {
      const { ordinals, predictions, confidences } = analyst().guessesAbove(input)
      return {
        classes: analyst().columns.classes,
        ordinals: blob(Uint32Array.from(ordinals)),
        predictions: blob(Uint16Array.from(predictions)),
        confidences: blob(Float32Array.from(confidences)),
      }
    }),
    pseudoLabels: worker.pseudoLabels.handler(({ input }) => analyst().pseudoLabels(input.ordinals)),
    planAudit: worker.planAudit.handler(({ input: { target, seed } }) => {
      const { guesses, rings, draws, plan } = auditOf(analyst().columns, target, seed)
      return {
        runId: analyst().needRun().id,
        classes: analyst().columns.classes,
        plan,
        draws: [...draws],
        ordinals: blob(guesses.ordinals),
        rings: blob(rings),
        predictions: blob(guesses.classes),
        confidences: blob(guesses.confidences),
      }
    }),
    judgeAudit: worker.judgeAudit.handler(({ input }) => verdictOf(input)),
    cleaningSummary: worker.cleaningSummary.handler(() => analyst().cleaning.summary()),
    suspects: worker.suspects.handler(({ input }) => analyst().cleaning.suspects(input)),
    stacks: worker.stacks.handler(({ input }) => analyst().cleaning.stacks(input)),
    memory: worker.memory.handler(() => process.memoryUsage().rss),
  }),
)
