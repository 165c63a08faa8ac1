/** The answers of the in-memory host, one per procedure of the contract. */
import type { implement } from '@orpc/server'
import type { contract } from '@shared/contract'
import type { Cluster } from '@shared/model'
import type { FakeHost } from './fake-host.fixture'

const race = {
  id: 'auto',
  title: 'Best in the time given',
  help: 'For most folders.',
  fewestImages: 32,
  minutes: 5,
  parameters: {},
}
const descriptor = { id: 'instant', title: 'Instant encoder', help: 'Begin here.', parameters: {} }
const jobId = '01900000-0000-7000-8000-000000000099'

function clusterOf(host: FakeHost, id: number): Cluster {
  const members = host.members({ query: { clusterId: id, sort: 'ordinal', descending: false } })
  const byClass = Map.groupBy(
    members.filter((ordinal) => host.labels.has(ordinal)),
    (ordinal) => host.labels.get(ordinal)!.classId,
  )
  return {
    id,
    size: members.length,
    tightness: 0.5,
    typical: members.slice(0, 24),
    labeled: [...byClass.values()].reduce((sum, { length }) => sum + length, 0),
    labels: [...byClass].map(([classId, ordinals]) => ({ classId, count: ordinals.length })),
    name: null,
    naming: null,
    proposal: null,
    parts: 0,
    parent: null,
    depth: 0,
    joined: 0,
  }
}

export function fakeAnswers(on: ReturnType<typeof implement<typeof contract>>, host: FakeHost) {
  const state = () => host.state()!
  return {
    host: {
      info: on.host.info.handler(() => ({
        version: '0.0.0',
        platform: 'linux',
        capabilities: { dialog: false, drop: false, reveal: false },
        projectsFolder: '/projects',
      })),
      engines: on.host.engines.handler(() => ({
        providers: [
          { provider: 'cpu', speed: 120, reason: null },
          { provider: 'webgpu', speed: null, reason: 'no adapter' },
        ],
        chosen: 'cpu',
        tensorflow: { package: null, device: null, reason: '@tensorflow/tfjs-node-gpu is not installed' },
      })),
      listFolder: on.host.listFolder.handler(({ input }) => ({
        path: input.path ?? '/home',
        parent: null,
        folders: [{ name: 'birds', path: '/home/birds', project: false }],
        images: 12,
        places: [{ name: 'Home', path: '/home' }],
      })),
      chooseFolder: on.host.chooseFolder.handler(() => null),
      chooseFile: on.host.chooseFile.handler(() => null),
      reveal: on.host.reveal.handler(() => undefined),
    },
    projects: {
      recent: on.projects.recent.handler(() => []),
      forget: on.projects.forget.handler(() => undefined),
      create: on.projects.create.handler(state),
      open: on.projects.open.handler(state),
      close: on.projects.close.handler(() => {
        host.open = false
      }),
      state: on.projects.state.handler(() => host.state()),
      events: on.projects.events.handler(({ signal }) => host.events.iterate(signal)),
      rescan: on.projects.rescan.handler(() => ({ jobId })),
    },
    jobs: {
      list: on.jobs.list.handler(() => []),
      watch: on.jobs.watch.handler(({ signal }) => host.jobs.iterate(signal)),
      cancel: on.jobs.cancel.handler(() => undefined),
      pause: on.jobs.pause.handler(() => undefined),
      resume: on.jobs.resume.handler(() => undefined),
      wait: on.jobs.wait.handler(() => {
        throw new Error('The fake host runs no jobs.')
      }),
    },
    samples: {
      page: on.samples.page.handler(({ input }) => {
        const members = host.members({ query: input.query })
        return {
          total: members.length,
          rows: members.slice(input.offset, input.offset + input.limit).map((ordinal) => host.row(ordinal)),
        }
      }),
      groups: on.samples.groups.handler(({ input }) => {
        const { length } = host.members({ query: input.query })
        const first = Math.min(length, 8)
        return input.query.groupBy ? [{ name: 'a', count: first }, { name: null, count: length - first }] : [] // prettier-ignore
      }),
      rows: on.samples.rows.handler(({ input }) => input.ordinals.map((ordinal) => host.row(ordinal))),
      get: on.samples.get.handler(({ input }) => ({
        ...host.row(input.ordinal),
        format: 'png',
        bytes: 1,
        sha256: '00',
        takenAt: null,
        camera: null,
        places: [],
        history: [],
        notes: [],
      })),
      neighbours: on.samples.neighbours.handler(() => []),
      embed: on.samples.embed.handler(() => ({ runId: jobId, vector: [1, 0] })),
      quarantine: on.samples.quarantine.handler(() => ({ total: 0, rows: [] })),
    },
    pretrain: {
      tasks: on.pretrain.tasks.handler(() => [descriptor, race]),
      runs: on.pretrain.runs.handler(() => host.runs),
      start: on.pretrain.start.handler(() => ({ jobId, runId: jobId })),
      views: on.pretrain.views.handler(() => ({ note: 'As of photos.', images: [] })),
      looks: on.pretrain.looks.handler(() => host.looks),
      accuracies: on.pretrain.accuracies.handler(() => host.accuracies),
      activate: on.pretrain.activate.handler(() => undefined),
      remove: on.pretrain.remove.handler(() => undefined),
    },
    clusters: {
      list: on.clusters.list.handler(({ input }) => ({
        granularity: input.granularity ?? 0.5,
        clusters: [0, 1, 2].map((id) => clusterOf(host, id)),
        outliers: 0,
      })),
      start: on.clusters.start.handler(() => ({ jobId })),
      merge: on.clusters.merge.handler(() => host.act('cluster', 'merged', () => 0)),
      split: on.clusters.split.handler(() => host.act('cluster', 'split', () => 0)),
      dissolve: on.clusters.dissolve.handler(() => host.act('cluster', 'dissolved', () => 0)),
      takeOut: on.clusters.takeOut.handler(() => host.act('cluster', 'taken out', () => 0)),
      add: on.clusters.add.handler(() => host.act('cluster', 'added', () => 0)),
      rename: on.clusters.rename.handler(() => host.act('cluster', 'renamed', () => 0)),
      keep: on.clusters.keep.handler(({ input }) => ({
        ...host.act('cluster', 'kept', () => 0),
        cluster: input.cluster,
      })),
      outward: on.clusters.outward.handler(({ input }) =>
        host
          .members({ query: { labeled: false, sort: 'ordinal', descending: false } })
          .filter((ordinal) => !host.members(input.like).includes(ordinal) && !input.unlike.includes(ordinal))
          .slice(0, input.count)
          .map((ordinal) => ({ ordinal, linked: true, similarity: 0.5 })),
      ),
    },
    map: {
      state: on.map.state.handler(() => null),
      legend: on.map.legend.handler(() => ({ kind: 'category' as const, values: [], least: null, most: null })),
    },
    classes: {
      list: on.classes.list.handler(() => host.classes),
      create: on.classes.create.handler(({ input }) => host.addClass(input.name)),
      update: on.classes.update.handler(({ input }) => {
        const row = host.classes.find(({ id }) => id === input.id)!
        return Object.assign(row, input)
      }),
      remove: on.classes.remove.handler(({ input }) =>
        host.act('class', 'removed', () => {
          host.classes = host.classes.filter(({ id }) => id !== input.id)
          return 0
        }),
      ),
      merge: on.classes.merge.handler(({ input }) =>
        host.act('class', 'merged', () => {
          for (const [ordinal, label] of host.labels)
            if (label.classId !== null && input.from.includes(label.classId))
              host.labels.set(ordinal, { ...label, classId: input.into })
          host.classes = host.classes.filter(({ id }) => !input.from.includes(id))
          return 0
        }),
      ),
    },
    annotations: {
      label: on.annotations.label.handler(({ input }) =>
        host.act('label', 'labeled', () => {
          const members = host.members(input.selection)
          const seen = new Set(input.seen ?? ('ordinals' in input.selection ? members : []))
          for (const ordinal of members) host.labels.set(ordinal, { classId: input.classId, seen: seen.has(ordinal) })
          return members.length
        }),
      ),
      clear: on.annotations.clear.handler(({ input }) =>
        host.act('clear', 'cleared', () => {
          const members = host.members(input.selection)
          for (const ordinal of members) host.labels.delete(ordinal)
          return members.length
        }),
      ),
      confirm: on.annotations.confirm.handler(() => host.act('confirm', 'confirmed', () => 0)),
      undo: on.annotations.undo.handler(() => host.undo()),
      redo: on.annotations.redo.handler(() => null),
      log: on.annotations.log.handler(() => ({ total: 0, rows: [] })),
      labelFormats: on.annotations.labelFormats.handler(() => []),
      importFile: on.annotations.importFile.handler(() => ({
        format: 'csv',
        splits: 0,
        conflicts: [],
        conflictCount: 0,
        byClass: [],
        matched: 0,
        kept: 0,
        unknownPaths: [],
        unknownPathCount: 0,
        newClasses: [],
        entry: null,
      })),
    },
    queries: {
      strategies: on.queries.strategies.handler(() => [descriptor]),
      next: on.queries.next.handler(({ input }) =>
        host
          .members({ query: { labeled: false, sort: 'ordinal', descending: false } })
          .slice(0, input.count)
          .map((ordinal) => ({ ordinal, why: 'typical', drawn: null })),
      ),
    },
    audit: {
      state: on.audit.state.handler(() => null),
      start: on.audit.start.handler(() => {
        throw new Error('The fake host audits nothing.')
      }),
      answer: on.audit.answer.handler(() => {
        throw new Error('The fake host audits nothing.')
      }),
      accept: on.audit.accept.handler(() => host.act('accept', 'accepted', () => 0)),
      discard: on.audit.discard.handler(() => undefined),
    },
    review: {
      fineTune: on.review.fineTune.handler(() => ({ jobId, runId: jobId })),
      summary: on.review.summary.handler(() => ({ head: null, waitingFor: 'This needs labels first.', classes: [] })),
      refit: on.review.refit.handler(() => ({ head: null, waitingFor: 'This needs labels first.', classes: [] })),
      countAbove: on.review.countAbove.handler(() => 0),
      accept: on.review.accept.handler(() => host.act('accept', 'accepted', () => 0)),
    },
    cleaning: {
      summary: on.cleaning.summary.handler(() => ({
        ...{
          suspects: null,
          waitingFor: 'This needs labels first.',
          clear: 0,
          overlaps: [],
          stacks: 0,
          conflicts: 0,
          outliers: 0,
        },
      })),
      suspects: on.cleaning.suspects.handler(() => ({ total: 0, rows: [] })),
      stacks: on.cleaning.stacks.handler(() => ({ total: 0, rows: [] })),
      keep: on.cleaning.keep.handler(() => host.act('confirm', 'kept', () => 0)),
    },
    progress: {
      summary: on.progress.summary.handler(() => host.progress),
    },
    exports: {
      formats: on.exports.formats.handler(() => []),
      preview: on.exports.preview.handler(() => ({
        rows: 0,
        bySource: { human: 0, grouped: 0, audited: 0, propagated: 0, imported: 0 },
        byClass: [],
        bytes: 0,
        targetExists: false,
        first: [],
      })),
      start: on.exports.start.handler(() => ({ jobId })),
    },
    care: {
      verify: on.care.verify.handler(() => []),
      repair: on.care.repair.handler(() => ({ found: [], left: [], backup: '/projects/fake.handful/backups/one.sqlite' })),
      salvage: on.care.salvage.handler(() => ({ kept: '/projects/damaged.sqlite', rows: { sample: 3 } })),
      backup: on.care.backup.handler(() => ({ path: '/projects/fake.handful/backups/one.sqlite', bytes: 1000 })),
      clearCaches: on.care.clearCaches.handler(() => ({ bytes: 5_000_000 })),
      merge: on.care.merge.handler(() => ({ acts: 2, classes: 1, samples: 0 })),
      diagnostics: on.care.diagnostics.handler(() => 'Handful 0'),
      licences: on.care.licences.handler(() => 'Licences'),
      settings: on.care.settings.handler(() => ({ threads: null, cores: 4 })),
      change: on.care.change.handler(({ input }) => ({ threads: input.threads ?? null })),
    },
  }
}
