/** Threads that decode HEIC: WebAssembly would keep the worker's own thread for a second an image, and cannot be told to stop. */
import { type MessagePort, Worker } from 'node:worker_threads'
import { ImageProblem, type ProblemCode, problemOf } from '../problem'
import { decodeHeic } from './heic'
import type { WholeImage } from './raster'

/** Longest an image may take, ms. */
const limit = 9000

type Answer = { image: WholeImage } | { problem: { code: ProblemCode; reason: string } }

export class HeicThreads {
  readonly #entry: string
  readonly #execArgv: string[]
  readonly #idle: Worker[] = []
  readonly #all = new Set<Worker>()

  /** @param nodeArguments what Node runs for a thread that calls `serveHeic`: options, then the entry file */
  constructor(nodeArguments: readonly string[]) {
    this.#entry = nodeArguments.at(-1)!
    this.#execArgv = nodeArguments.slice(0, -1)
  }

  /** As many threads come to be as there are calls at the same time. @throws ImageProblem */
  async decode(bytes: Buffer): Promise<WholeImage> {
    const thread = this.#idle.pop() ?? this.#begin()
    const answer = await this.#ask(thread, bytes)
    if ('problem' in answer) throw new ImageProblem(answer.problem.code, answer.problem.reason)
    return answer.image
  }

  async close(): Promise<void> {
    await Promise.all([...this.#all].map((thread) => thread.terminate()))
  }

  #begin(): Worker {
    // libheif's wrapper prints; what it prints is told as a problem, and standard output may be somebody's JSON.
    const thread = new Worker(this.#entry, { execArgv: this.#execArgv, stdout: true, stderr: true })
    thread.stdout.resume()
    thread.stderr.resume()
    this.#all.add(thread)
    thread.once('exit', () => this.#all.delete(thread))
    return thread
  }

  #ask(thread: Worker, bytes: Buffer): Promise<Answer> {
    return new Promise((resolve) => {
      const end = (answer: Answer, usable: boolean) => {
        clearTimeout(timer)
        thread.removeAllListeners('message').removeAllListeners('error')
        if (usable) this.#idle.push(thread)
        else void thread.terminate()
        resolve(answer)
      }
      const give = (code: ProblemCode, reason: string) => end({ problem: { code, reason } }, false)
      const timer = setTimeout(() => give('timed-out', 'Decoding took too long.'), limit)
      thread.once('message', (answer: Answer) => end(answer, true))
      thread.once('error', () => give('damaged', 'The HEIC image could not be decoded.'))
      thread.postMessage(bytes)
    })
  }
}

/** The thread's end: decodes one image per message. */
export function serveHeic(port: MessagePort): void {
  port.on('message', (bytes: Uint8Array) => {
    void decodeHeic(bytes).then(
      (image) => port.postMessage({ image } satisfies Answer, [image.data.buffer as ArrayBuffer]),
      (cause: unknown) => {
        const { code, message } = problemOf(cause)
        port.postMessage({ problem: { code, reason: message } } satisfies Answer)
      },
    )
  })
}
