/** How the app holds up at 10,000, 100,000 and 1,000,000 images: neighbours, clusters, map, opening, queries, memory, scrolling. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { withClient } from '../src/main/command-line/command'
import { RecentProjects } from '../src/main/handlers/recent'
import type { BenchResult } from './index'
import { fashionEmbeddings } from './scale/embeddings'
import { scroll } from './scale/frames'
import { importFiles, measureProject } from './scale/measure'
import { makeProject } from './scale/project'

const names: Record<string, number> = { '10k': 10_000, '100k': 100_000, '1m': 1_000_000 }

/**
 * `--sizes 10k,100k,1m`, `--cache <folder>` to keep the 70,000 real embeddings (Debian package dataset-fashion-mnist), `--frames false` to
 * leave the browser out. Needs some 3 GB of disk for 1m, and a build (`npm run build`) for the frames.
 */
export async function run(given: Record<string, string>): Promise<BenchResult> {
  const base = mkdtempSync(join(tmpdir(), 'handful-scale-'))
  const figures: Record<string, number> = {}
  const note = (found: Record<string, number>) => {
    Object.assign(figures, found)
    console.error(JSON.stringify(found))
  }
  try {
    const real = await fashionEmbeddings(given['cache'] ?? base)
    for (const size of (given['sizes'] ?? '10k,100k,1m').split(',')) {
      const count = names[size]
      if (!count) throw new Error(`There is no size "${size}". There are: ${Object.keys(names).join(', ')}.`)
      const folder = join(base, `${size}.handful`)
      await makeProject(folder, base, real, count)
      note(await withClient(hostOf(base), (client) => measureProject(client, folder, size)))
      if (size === '10k') note(await withClient(hostOf(base), (client) => importFiles(client, base, real, size)))
      if (given['frames'] !== 'false') {
        const { longestTask, longestTaskCpu, memory } = await scroll(base, folder)
        note({ [`scale.renderer_mb.${size}`]: memory })
        if (size === '100k') note({ 'scale.longest_task_ms': longestTask, 'scale.longest_task_cpu_ms': longestTaskCpu })
      }
      rmSync(folder, { recursive: true, force: true })
    }
    return { figures }
  } finally {
    rmSync(base, { recursive: true, force: true })
  }
}

const hostOf = (base: string) => ({
  info: {
    version: '',
    platform: process.platform,
    capabilities: { dialog: false, drop: false, reveal: false },
    projectsFolder: base,
  },
  recent: new RecentProjects(base),
  resumeJobs: false,
})
