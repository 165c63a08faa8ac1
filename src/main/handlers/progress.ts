/** Labeling progress over the contract: what the head in force measured, and how fast the person labels. */
import { fewestChecks, type LabelingProgress } from '@shared/contract/progress'
import type { AnnotationEntry } from '@shared/model'
import type { HeadRecordState } from '../jobs/analysis'
import type { Project } from '../jobs/project'
import { handle } from './base'

/** A pause this long ends a stretch of work, ms. */
const pause = 120_000
/** A stretch shorter than this has no rate yet, ms. */
const shortest = 10_000
const entries = 200

function summarize({ store }: Project): LabelingProgress {
  const run = store.runs.active()
  const head = run && store.heads.latest(run.id)
  const state = head?.state as HeadRecordState | undefined
  const measured = state?.measured ?? null
  return {
    labels: state?.labels ?? 0,
    perMinute: labelsPerMinute(store.annotations.log(0, entries).rows, Date.now()),
    measured,
    checksNeeded: Math.max(0, fewestChecks - (measured?.checks ?? 0)),
    history: state?.history ?? [],
  }
}

/** @param log latest first */
export function labelsPerMinute(log: Pick<AnnotationEntry, 'at' | 'what' | 'samples' | 'undone'>[], now: number): number | null {
  const acts = log.filter(({ what, undone }) => what === 'label' && !undone)
  const end = acts.findIndex(({ at }, index) => (acts[index - 1]?.at ?? now) - at > pause)
  const stretch = end < 0 ? acts : acts.slice(0, end)
  const first = stretch.at(-1)
  if (!first || stretch[0]!.at - first.at < shortest) return null
  const labels = stretch.slice(0, -1).reduce((sum, { samples }) => sum + samples, 0)
  return labels / ((stretch[0]!.at - first.at) / 60_000)
}

export const progress = { summary: handle.progress.summary.handler(({ context }) => summarize(context.session.project)) }
