/** What a run is called: its task and its seed. */
import type { Run } from '@shared/model'
import { titleOf } from '../../form/schema'
import { useRuns } from '../../stores/runs'
import { pretrain as t } from '../../strings/pretrain'

export function useRunTitle() {
  const runs = useRuns()
  return ({ task, seed }: Run) => `${runs.tasks.find(({ id }) => id === task)?.title ?? titleOf(task)}, ${t.seedOf(seed)}`
}
