/** Closing while work is under way asks first: the work stops, and goes on when the project is opened again. */

export interface CloseQuestionOptions {
  /** The title of what runs; null when nothing does. */
  running: () => string | null
  /** The person's answer to closing all the same. */
  ask: (title: string) => Promise<boolean>
}

export class CloseQuestion {
  readonly #options: CloseQuestionOptions
  #asking = false
  #allowed = false

  constructor(options: CloseQuestionOptions) {
    this.#options = options
  }

  /** @param close closes again, once the person has said so */
  handle(event: { preventDefault(): void }, close: () => void): void {
    const title = this.#options.running()
    if (this.#allowed || title === null) return
    event.preventDefault()
    if (this.#asking) return
    this.#asking = true
    void this.#options.ask(title).then((allowed) => {
      this.#asking = false
      this.#allowed = allowed
      if (allowed) close()
    })
  }
}

/** What the message box says. */
export const closeQuestion = (title: string) => ({
  type: 'question' as const,
  message: `“${title}” is under way`,
  detail: 'It stops when Handful closes and goes on where it was when the project is opened again. Nothing is lost.',
  buttons: ['Keep running', 'Close'],
  defaultId: 0,
  cancelId: 0,
})
