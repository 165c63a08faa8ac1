/** What a command says: one result on standard output; progress and errors on standard error. */
import type { Progress } from '@shared/model'

export interface Streams {
  out: { write(text: string): unknown }
  err: { write(text: string): unknown; isTTY?: boolean; columns?: number }
}

/** A terminal's line is rewritten at most this often, ms. */
const rewriteEvery = 100
/** Where there is no terminal, a line at most this often within a stage, ms. */
const lineEvery = 10_000

export class Terminal {
  readonly #streams: Streams
  readonly #quiet: boolean
  #stage = ''
  #told = 0
  #open = false

  constructor(streams: Streams, quiet: boolean) {
    this.#streams = streams
    this.#quiet = quiet
  }

  progress(progress: Progress): void {
    const { err } = this.#streams
    const now = performance.now()
    const newStage = progress.stage !== this.#stage
    if (this.#quiet || (!newStage && now - this.#told < (err.isTTY ? rewriteEvery : lineEvery))) return
    this.#stage = progress.stage
    this.#told = now
    if (!err.isTTY) return void err.write(`${progressText(progress)}\n`)
    this.#open = true
    err.write(`\r\u001b[K${progressText(progress).slice(0, (err.columns ?? 80) - 1)}`)
  }

  /** A line of its own on standard error. */
  note(text: string): void {
    if (this.#open) this.#streams.err.write('\r\u001b[K')
    this.#open = false
    this.#streams.err.write(`${text}\n`)
  }

  /** Leaves the progress line. */
  settle(): void {
    if (this.#open) this.#streams.err.write('\r\u001b[K')
    this.#open = false
    this.#stage = ''
  }

  result(text: string): void {
    this.settle()
    this.#streams.out.write(`${text}\n`)
  }
}

export function progressText({ stage, done, total, rate, secondsLeft, values }: Progress): string {
  const count = (value: number) => Math.round(value).toLocaleString('en')
  const parts = [stage]
  if (done > 0 || total !== null) parts.push(total === null ? count(done) : `${count(done)} of ${count(total)}`)
  if (rate !== null) parts.push(`${rate < 10 ? rate.toFixed(1) : count(rate)}/s`)
  if (values['loss'] !== undefined) parts.push(`loss ${values['loss'].toPrecision(3)}`)
  if (secondsLeft !== null) parts.push(`${duration(secondsLeft)} left`)
  return parts.join(' · ')
}

export function duration(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`
  return `${(seconds / 3600).toFixed(1)} h`
}
