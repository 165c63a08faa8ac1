/** A long day of labeling in fast motion: does memory, the number of open things or the waiting grow? */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { createRouterClient } from '@orpc/server'
import { type Random, random } from '../../src/main/engine/random'
import { router } from '../../src/main/handlers'
import { RecentProjects } from '../../src/main/handlers/recent'
import { Session } from '../../src/main/handlers/session'
import { familyMemory } from '../../src/main/hosts/family-memory'
import type { Client } from '../../src/main/command-line/command'
import { makeTemplates } from './templates'

export interface SoakOptions {
  base: string
  minutes: number
  seed: number
}

interface Sample {
  /** Resident: this process alone, and with its workers, MB. */
  main: number
  family: number
  handles: number
  /** Median of the acts since the sample before, ms. */
  latency: number
}

/** Acts between two looks at memory. */
const each = 50

/** @returns figures `trust.soak_*`: acts, growth from the second quarter to the last (MB, handles, latency as a ratio) */
export async function soak({ base, minutes, seed }: SoakOptions): Promise<Record<string, number>> {
  const folder = join(base, 'soak.handful')
  const templates = await makeTemplates(join(base), 400)
  templates.copy('labeled', folder)
  const info = {
    version: '0',
    platform: 'bench',
    capabilities: { dialog: false, drop: false, reveal: false },
    projectsFolder: base,
  }
  const session = new Session({
    info,
    recent: new RecentProjects(base),
    resumeJobs: true,
    settingsFolder: join(base, 'soak-settings'),
  })
  const api = createRouterClient(router, { context: { session } })
  const draw = random(seed)
  const samples: Sample[] = []
  await api.projects.open({ folder })
  const classes = (await api.classes.list()).map(({ id }) => id)
  let acts = 0
  for (const until = performance.now() + minutes * 60_000; performance.now() < until;) {
    const times: number[] = []
    for (let index = 0; index < each; index++, acts++) {
      const began = performance.now()
      await act(api, draw, classes)
      times.push(performance.now() - began)
    }
    samples.push({ ...(await look()), latency: median(times) })
  }
  await session.close()
  return { 'trust.soak_acts': acts, ...growth(samples) }
}

/** What a person does, in about the shares in which they do it. */
async function act(api: Client, draw: Random, classes: string[]): Promise<void> {
  const kind = draw.below(20)
  const some = (count: number) => [...new Set(Array.from({ length: count }, () => draw.below(1200)))]
  if (kind < 6)
    await api.annotations.label({
      selection: { ordinals: some(1 + draw.below(24)) },
      classId: classes[draw.below(classes.length)]!,
    })
  else if (kind < 8) await api.annotations.undo()
  else if (kind < 9) await api.annotations.redo()
  else if (kind < 15)
    await api.samples.page({ query: { sort: draw.below(2) ? 'confidence' : 'ordinal' }, offset: draw.below(1000), limit: 200 })
  else if (kind < 17) await api.samples.neighbours({ ordinal: draw.below(1200), count: 24 })
  else if (kind < 18) await api.queries.next({ count: 10 })
  else if (kind < 19) await api.clusters.list({ granularity: draw.next() })
  else await api.review.refit()
}

async function look(): Promise<Omit<Sample, 'latency'>> {
  const family = (await familyMemory()) / 1e6
  return { main: process.memoryUsage.rss() / 1e6, family, handles: readdirSync('/proc/self/fd').length }
}

const median = (values: number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!

function growth(samples: Sample[]): Record<string, number> {
  const quarter = Math.max(1, Math.floor(samples.length / 4))
  const [early, late] = [samples.slice(quarter, 2 * quarter), samples.slice(-quarter)]
  const of = (part: Sample[], key: keyof Sample) => median(part.map((sample) => sample[key]))
  const change = (key: keyof Sample) => of(late, key) - of(early, key)
  return {
    'trust.soak_growth_mb': change('family'),
    'trust.soak_main_growth_mb': change('main'),
    'trust.soak_handles_growth': change('handles'),
    'trust.soak_memory_mb': of(late, 'family'),
    'trust.soak_latency_ms': of(late, 'latency'),
    'trust.soak_latency_ratio': of(late, 'latency') / of(early, 'latency'),
  }
}
