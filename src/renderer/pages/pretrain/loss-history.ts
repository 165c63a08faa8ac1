/** The loss of the run under way, as it comes in, thinned out so that a long run stays as small as a short one. */
import { shallowRef, watch } from 'vue'
import type { useJobs } from '../../stores/jobs'

export interface LossPoint {
  step: number
  loss: number
}

/** Points kept at most; every other one goes when there are more. */
const mostPoints = 400

/** With `point` behind the others, or alone where the step went back: another part of the run, or a beginning again. */
export function extended(points: readonly LossPoint[], point: LossPoint): LossPoint[] {
  const last = points.at(-1)
  if (last && point.step < last.step) return [point]
  if (last?.step === point.step) return [...points]
  const all = [...points, point]
  return all.length > mostPoints ? all.filter((_, index) => index % 2 === 0 || index === all.length - 1) : all
}

/** Points of an SVG polyline, 0–100 in both directions, the highest loss on top. */
export function polyline(points: readonly LossPoint[]): string {
  const losses = points.map(({ loss }) => loss)
  const [low, high] = [Math.min(...losses), Math.max(...losses)]
  const [first, last] = [points[0]?.step ?? 0, points.at(-1)?.step ?? 0]
  return points
    .map(({ step, loss }) => {
      const x = last > first ? (100 * (step - first)) / (last - first) : 0
      const y = high > low ? 100 - (100 * (loss - low)) / (high - low) : 50
      return `${x.toFixed(1)},${y.toFixed(1)}`
    })
    .join(' ')
}

/** Follows the pretraining job for as long as the page is open. */
export function useLossHistory(jobs: ReturnType<typeof useJobs>) {
  const points = shallowRef<LossPoint[]>([])
  let of: string | undefined
  watch(
    () => jobs.active('pretrain') ?? jobs.paused('pretrain'),
    (job) => {
      if (job?.id !== of) points.value = []
      of = job?.id
      const loss = job?.progress?.values['loss']
      if (loss !== undefined) points.value = extended(points.value, { step: job!.progress!.done, loss })
    },
    { immediate: true },
  )
  return points
}
