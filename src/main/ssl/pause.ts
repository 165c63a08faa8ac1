/** A person's wish to go on later, which training heeds after the step that it is at. */

export class Pause {
  private training = 0
  private asked = false

  /** @returns whether training is under way, so that it will end by itself */
  ask(): boolean {
    this.asked = true
    return this.training > 0
  }

  get isAsked(): boolean {
    return this.asked
  }

  /** For as long as training looks at `isAsked` after each step. */
  begin(): void {
    this.training++
  }

  end(): void {
    this.training--
  }
}
