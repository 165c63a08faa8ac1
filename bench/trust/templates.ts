/** One project at each point of its way, made once and copied for every kill. */
import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { createRouterClient } from '@orpc/server'
import { writeStripes } from '../../src/main/command-line/stripes.fixture'
import { router } from '../../src/main/handlers'
import { RecentProjects } from '../../src/main/handlers/recent'
import { Session } from '../../src/main/handlers/session'
import { createProject, openProject } from '../../src/main/store/open'
import { smallEncoder, type Template } from './stages'

export interface Templates {
  images: string
  /** Copies the project at this point to a new folder. */
  copy(from: Template, to: string): void
}

export async function makeTemplates(base: string, imagesPerClass: number): Promise<Templates> {
  const images = join(base, 'images')
  await writeStripes(images, imagesPerClass)
  const folder = join(base, 'working.handful')
  const at = (template: Template) => join(base, `${template}.handful`)
  const info = {
    version: '0',
    platform: 'bench',
    capabilities: { dialog: false, drop: false, reveal: false },
    projectsFolder: base,
  }
  const session = new Session({ info, recent: new RecentProjects(join(base, 'settings')), resumeJobs: true })
  const api = createRouterClient(router, { context: { session } })
  const keep = async (template: Template) => {
    await session.close()
    cpSync(folder, at(template), { recursive: true })
    await api.projects.open({ folder })
  }
  const done = async (jobId: string) => {
    const { state, error } = await api.jobs.wait({ id: jobId })
    if (state !== 'done') throw new Error(error?.message ?? state)
  }

  createProject(folder, { root: Buffer.from(images), fit: 'letterbox', followLinks: false }).close()
  await keep('created')
  await done((await api.projects.rescan({ automatic: false })).jobId)
  await keep('imported')
  await done((await api.pretrain.start({ task: 'instant', parameters: smallEncoder })).jobId)
  const classes = await Promise.all(['a', 'b', 'c'].map((name) => api.classes.create({ name })))
  await keep('pretrained')
  for (const [kind, { id: classId }] of classes.entries()) {
    const { rows } = await api.samples.page({ query: { text: `class ${kind}/` }, offset: 0, limit: 5 })
    await api.annotations.label({ selection: { ordinals: rows.map(({ ordinal }) => ordinal) }, classId })
  }
  await api.review.refit()
  await keep('labeled')
  await session.close()
  cpSync(at('pretrained'), at('unembedded'), { recursive: true })
  const store = openProject(at('unembedded'))
  store.database.exec('DELETE FROM embedding')
  store.close()
  return { images, copy: (from, to) => cpSync(at(from), to, { recursive: true }) }
}
