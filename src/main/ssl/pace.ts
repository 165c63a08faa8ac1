/** Turns the stages of a fit into progress with a rate and a time left. */
import type { Progress } from '@shared/model'
import type { Stage } from '../encoders/stage'

/** Below this share of the whole, seconds, a time left would be a guess. */
const tellingShare = 0.03
const tellingSeconds = 0.3

export async function* paced<T>(stages: AsyncGenerator<Stage, T>): AsyncGenerator<Progress, T> {
  const began = performance.now()
  let current = { stage: '', began, before: 0 }
  for (;;) {
    const step = await stages.next()
    if (step.done) return step.value
    const { stage, done, total, whole } = step.value
    const now = performance.now()
    if (stage !== current.stage) current = { stage, began: now, before: done }
    const seconds = (now - current.began) / 1000
    const elapsed = (now - began) / 1000
    yield {
      stage,
      done,
      total,
      rate: seconds > tellingSeconds && done > current.before ? (done - current.before) / seconds : null,
      secondsLeft: whole > tellingShare ? (elapsed * (1 - whole)) / whole : null,
      values: {},
    }
  }
}
