/** An in-memory host behind the real contract: inputs and outputs are checked by its schemas. For component tests only. */
import { createRouterClient, implement, ORPCError } from '@orpc/server'
import { contract } from '@shared/contract'
import type { RunAccuracies } from '@shared/contract/pretrain'
import type { LabelingProgress } from '@shared/contract/progress'
import type { LookRecord } from '@shared/look'
import type { AnnotationEntry, ClassRow, Job, ProjectEvent, ProjectState, Run, SampleRow, Selection } from '@shared/model'
import { fakeAnswers } from './fake-answers.fixture'

/** Hands values to every iterator that is open. */
export class Channel<T> {
  readonly #open = new Set<(value: T) => void>()

  get listeners(): number {
    return this.#open.size
  }

  send(value: T): void {
    for (const give of this.#open) give(value)
  }

  async *iterate(signal?: AbortSignal): AsyncGenerator<T> {
    const queue: T[] = []
    let wake = () => {}
    const give = (value: T) => {
      queue.push(value)
      wake()
    }
    this.#open.add(give)
    signal?.addEventListener('abort', () => wake())
    try {
      while (!signal?.aborted) {
        if (queue.length === 0) await new Promise<void>((resolve) => (wake = resolve))
        while (queue.length > 0) yield queue.shift()!
      }
    } finally {
      this.#open.delete(give)
    }
  }
}

export const uuid = (number: number) => `01900000-0000-7000-8000-${String(number).padStart(12, '0')}`

const noCounts = { human: 0, grouped: 0, audited: 0, propagated: 0, imported: 0 }

export class FakeHost {
  readonly events = new Channel<ProjectEvent>()
  readonly jobs = new Channel<Job>()
  /** Every call by its path, for tests that ask what was sent. */
  readonly calls: { path: string; input: unknown }[] = []
  open = true
  pretrained = true
  samples: number
  progress: LabelingProgress = { labels: 0, perMinute: null, measured: null, checksNeeded: 10, history: [] }
  classes: ClassRow[] = []
  runs: Run[] = []
  looks: (LookRecord & { runId: string })[] = []
  accuracies: RunAccuracies | null = null
  labels = new Map<number, { classId: string | null; seen: boolean }>()
  #log: { entry: AnnotationEntry; before: Map<number, { classId: string | null; seen: boolean }> }[] = []
  #number = 100

  constructor(samples = 500) {
    this.samples = samples
  }

  row(ordinal: number): SampleRow {
    const label = this.labels.get(ordinal)
    return {
      ordinal,
      path: `folder/${ordinal}.png`,
      files: 1,
      missing: false,
      width: 100,
      height: 100,
      labels: label ? [{ classId: label.classId, source: label.seen ? 'human' : 'grouped', confirmed: true }] : [],
      pseudoLabels: [],
    }
  }

  state(): ProjectState | null {
    if (!this.open) return null
    return {
      id: uuid(1),
      name: 'fake',
      folder: '/projects/fake.handful',
      root: '/images',
      rootPresent: true,
      fit: 'letterbox',
      labeling: 'single',
      counts: {
        samples: this.samples,
        files: this.samples,
        duplicates: 0,
        missing: 0,
        quarantined: 0,
        labeled: this.labels.size,
        unconfirmed: 0,
        bySource: { ...noCounts, human: this.labels.size },
        embedded: this.samples,
        clusters: 3,
        pseudoLabeled: 0,
      },
      activeRun: this.pretrained ? uuid(2) : null,
      canUndo: this.#log.at(-1)?.entry.title ?? null,
      canRedo: null,
      disk: {},
    }
  }

  members(selection: Selection): number[] {
    if ('ordinals' in selection) return selection.ordinals
    const { clusterId, labeled } = selection.query
    return Array.from({ length: this.samples }, (_, ordinal) => ordinal).filter(
      (ordinal) =>
        (clusterId === undefined || ordinal % 3 === clusterId) && (labeled === undefined || this.labels.has(ordinal) === labeled),
    )
  }

  act(what: AnnotationEntry['what'], title: string, change: () => number): AnnotationEntry {
    const before = new Map(this.labels)
    const samples = change()
    const entry: AnnotationEntry = { id: uuid(this.#number++), at: Date.now(), what, title, samples, undone: false }
    this.#log.push({ entry, before })
    this.events.send({ changed: ['labels', 'classes', 'project'] })
    return entry
  }

  undo(): AnnotationEntry | null {
    const last = this.#log.pop()
    if (!last) return null
    this.labels = last.before
    this.events.send({ changed: ['labels', 'classes', 'project'] })
    return { ...last.entry, undone: true }
  }

  addClass(name: string): ClassRow {
    if (this.classes.some((row) => row.name === name))
      throw new ORPCError('CLASS_NAME_TAKEN', {
        defined: true,
        data: { name },
        message: `There is a class named “${name}” already.`,
      })
    const index = this.classes.length
    const row: ClassRow = { id: uuid(10 + index), name, color: '#3377cc', key: String((index + 1) % 10), counts: noCounts }
    this.classes.push(row)
    this.events.send({ changed: ['classes'] })
    return row
  }

  /** A typed client of this host, as the interface gets one over a link. */
  client() {
    return createRouterClient(implement(contract).router(fakeAnswers(implement(contract), this)), {
      interceptors: [
        ({ next, path, input }) => {
          this.calls.push({ path: path.join('.'), input })
          return next()
        },
      ],
    })
  }
}
