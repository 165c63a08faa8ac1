/** Which step of the workflow is done, running, or the next to take. */
import { computed } from 'vue'
import { useJobs } from '../stores/jobs'
import { useProject } from '../stores/project'
import type { StepId } from './registry'

export type StepState = 'done' | 'running' | 'next' | 'open'

interface Facts {
  project: boolean
  samples: number
  clusters: number
  pseudoLabeled: number
  labeled: number
  propagated: number
  audited: number
  exported: boolean
  running: Set<string>
}

const jobsOf: Partial<Record<StepId, string[]>> = {
  images: ['import'],
  pretrain: ['pretrain', 'cluster'],
  export: ['export'],
}

/** Never the next step: worth it where a bound on the errors is asked for. */
const optional = new Set<StepId>(['audit'])
/** There to look at, never a step to take. */
const views = new Set<StepId>(['map', 'clean'])

/** Pure, so that the rule can be read and tested in one place. */
export function stepStates(facts: Facts): Record<StepId, StepState> {
  const done: Record<StepId, boolean> = {
    projects: facts.project,
    images: facts.samples > 0,
    pretrain: facts.clusters > 0,
    map: false,
    label: facts.pseudoLabeled > 0 || (facts.samples > 0 && facts.labeled >= facts.samples),
    review: facts.propagated > 0 || (facts.samples > 0 && facts.labeled >= facts.samples),
    clean: false,
    audit: facts.audited > 0,
    export: facts.exported,
  }
  let nextTaken = false
  const states = {} as Record<StepId, StepState>
  for (const id of Object.keys(done) as StepId[]) {
    const running = jobsOf[id]?.some((kind) => facts.running.has(kind)) ?? false
    if (views.has(id)) {
      states[id] = 'open'
      continue
    }
    if (running) states[id] = 'running'
    else if (done[id]) states[id] = 'done'
    else states[id] = nextTaken || optional.has(id) ? 'open' : 'next'
    if (states[id] === 'next' || (running && !done[id])) nextTaken = true
  }
  return states
}

export function useSteps() {
  const project = useProject()
  const jobs = useJobs()
  return computed(() => {
    const counts = project.counts
    return stepStates({
      project: project.state !== null,
      samples: counts?.samples ?? 0,
      clusters: counts?.clusters ?? 0,
      pseudoLabeled: counts?.pseudoLabeled ?? 0,
      labeled: counts?.labeled ?? 0,
      propagated: counts?.bySource['propagated'] ?? 0,
      audited: counts?.bySource['audited'] ?? 0,
      exported: jobs.list.some((job) => job.kind === 'export' && job.state === 'done'),
      running: new Set(jobs.running.filter(({ state }) => state !== 'paused').map((job) => job.kind)),
    })
  })
}
