/** Kills main or a worker at random moments of each stage, opens the project again, and holds it to its promises. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Random, random } from '../../src/main/engine/random'
import { contentOf, type Portrait, portrait, promisesBroken, unlike } from './invariants'
import { goneWithin, startSubject, type Subject, workersOf } from './processes'
import { stages } from './stages'
import { makeTemplates, type Templates } from './templates'

export interface KillOptions {
  /** Kills inside each stage. */
  perStage: number
  seed: number
  /** Names of stages; all without it. */
  only?: string[]
  /** Images of each of three classes. */
  imagesPerClass?: number
  tell?: (line: string) => void
}

export interface StageReport {
  main: number
  worker: number
  /** Promises that did not hold, with the seed of their kill. */
  broken: string[]
}

/** Longest a worker may outlive main, ms. */
const grace = 2000
/** A stage that ended before the kill is tried again, at most so often. */
const attempts = 12

export async function killThroughStages({
  perStage,
  seed,
  only,
  imagesPerClass = 200,
  tell,
}: KillOptions): Promise<Record<string, StageReport>> {
  const base = mkdtempSync(join(tmpdir(), 'handful-kill-'))
  try {
    const templates = await makeTemplates(base, imagesPerClass)
    const reports: Record<string, StageReport> = {}
    for (const name of only ?? Object.keys(stages)) {
      const harness = await Harness.of(name, base, templates)
      const report: StageReport = { main: 0, worker: 0, broken: [] }
      for (let kill = 0; kill < perStage; kill++) await harness.kill(seed * 1000 + kill, report)
      reports[name] = report
      tell?.(`${name}: ${report.main} kills of main, ${report.worker} of a worker, ${report.broken.length} broken promises`)
      for (const line of report.broken) tell?.(`  ${line}`)
    }
    return reports
  } finally {
    rmSync(base, { recursive: true, force: true })
  }
}

const formats = ['csv', 'jsonl', 'folders']

class Harness {
  readonly #stage: string
  readonly #base: string
  readonly #templates: Templates
  /** How long the stage is inside, ms, and what it leaves, undisturbed. */
  #length = 0
  #expected: Portrait | null = null
  readonly #exports = new Map<string, string | null>()

  private constructor(stage: string, base: string, templates: Templates) {
    this.#stage = stage
    this.#base = base
    this.#templates = templates
  }

  static async of(stage: string, base: string, templates: Templates): Promise<Harness> {
    const harness = new Harness(stage, base, templates)
    await harness.#undisturbed()
    return harness
  }

  async #undisturbed(): Promise<void> {
    // Every format of export comes up under one of these seeds.
    for (let seed = 0; seed < (this.#stage === 'export' ? 12 : 1); seed++) {
      if (this.#stage === 'export' && formats.every((format) => this.#exports.get(format))) break
      const { folder, subject } = this.#begin(`whole-${seed}`, seed)
      await subject.inside
      const began = performance.now()
      while (subject.isInside()) await pause(5)
      this.#length = Math.max(this.#length, performance.now() - began)
      if (!(await subject.ended)) throw new Error(`${this.#stage} fails undisturbed: ${subject.errors()}`)
      for (const format of formats)
        this.#exports.set(format, (await contentOf(`${folder}-out-${format}`)) ?? this.#exports.get(format) ?? null)
      this.#expected = await portrait(folder)
      this.#clean(folder)
    }
  }

  #begin(name: string, seed: number): { folder: string; subject: Subject } {
    const folder = join(this.#base, `${this.#stage}-${name}.handful`)
    this.#templates.copy(stages[this.#stage]!.from, folder)
    return { folder, subject: startSubject({ folder, stage: this.#stage, seed, target: `${folder}-out` }) }
  }

  async kill(seed: number, report: StageReport): Promise<void> {
    const draw = random(seed)
    for (let attempt = 0; attempt < attempts; attempt++) {
      const { folder, subject } = this.#begin(`${seed}-${attempt}`, seed)
      const killed = (await subject.inside) && (await this.#killInside(subject, draw, report))
      const whole = await subject.ended
      if (killed) {
        const broken = await this.#check(folder, subject, killed, whole)
        report.broken.push(...broken.map((text) => `seed ${seed}, ${killed.what}: ${text}`))
      }
      this.#clean(folder)
      if (killed) return
    }
    report.broken.push(`seed ${seed}: the stage was never met inside`)
  }

  /** Null when the stage had ended meanwhile. */
  async #killInside(subject: Subject, draw: Random, report: StageReport): Promise<Killed | null> {
    await pause(draw.next() * this.#length)
    if (!subject.isInside()) return null
    const workers = workersOf(subject.pid)
    const what = workers.length > 0 && draw.next() < 0.5 ? 'worker' : 'main'
    process.kill(what === 'main' ? subject.pid : workers[draw.below(workers.length)]!, 'SIGKILL')
    report[what]++
    return { what, orphans: what === 'main' && !(await goneWithin(workers, grace)) }
  }

  async #check(folder: string, subject: Subject, { what, orphans }: Killed, whole: boolean): Promise<string[]> {
    const broken = await promisesBroken(folder, subject.done)
    if (orphans) broken.push(`a worker outlived main by more than ${grace / 1000} s`)
    if (what === 'worker' && !whole) broken.push(`main did not come to its end: ${subject.errors()}`)
    for (const format of formats) {
      const content = await contentOf(`${folder}-out-${format}`)
      if (content !== null && content !== this.#exports.get(format))
        broken.push(`a ${format} export stands there that is not whole`)
    }
    const again = startSubject({ folder, stage: null, seed: 0, target: `${folder}-out` })
    if (!(await again.ended)) broken.push(`the interrupted work cannot be finished: ${again.errors()}`)
    else broken.push(...(await unlike(folder, this.#expected!)))
    return broken
  }

  #clean(folder: string): void {
    for (const path of [folder, `${folder}-settings`, ...formats.map((format) => `${folder}-out-${format}`)])
      rmSync(path, { recursive: true, force: true })
  }
}

interface Killed {
  what: 'main' | 'worker'
  /** Workers that lived on. */
  orphans: boolean
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
