/** Limited-memory BFGS with a backtracking line search (Nocedal & Wright, Numerical Optimization, algorithms 7.4 and 3.1). */

export type Objective = (at: Float64Array, gradient: Float64Array) => number

const memory = 8

interface Step {
  s: Float64Array
  y: Float64Array
  rho: number
}

/** Stops after `steps`, or when a step gains less than one part in a million. */
export function minimize(objective: Objective, start: Float64Array, steps: number): Float64Array {
  let at = start
  let gradient = new Float64Array(at.length)
  let value = objective(at, gradient)
  const history: Step[] = []
  for (let step = 0; step < steps; step++) {
    const direction = descend(gradient, history)
    const slope = dot(direction, gradient)
    if (slope > -1e-12) break
    const next = search(objective, at, value, direction, slope, history.length === 0 ? 1 / Math.max(1, Math.sqrt(-slope)) : 1)
    if (!next) break
    remember(history, next.at, at, next.gradient, gradient)
    const gain = value - next.value
    at = next.at
    gradient = next.gradient
    value = next.value
    if (gain < 1e-6 * Math.max(1, Math.abs(value))) break
  }
  return at
}

/** The two-loop recursion. */
function descend(gradient: Float64Array, history: Step[]): Float64Array {
  const direction = gradient.map((value) => -value)
  const alphas: number[] = []
  for (let index = history.length - 1; index >= 0; index--) {
    const { s, y, rho } = history[index]!
    const alpha = rho * dot(s, direction)
    alphas[index] = alpha
    addScaled(direction, y, -alpha)
  }
  const last = history.at(-1)
  if (last) {
    const scale = 1 / (last.rho * dot(last.y, last.y))
    for (let index = 0; index < direction.length; index++) direction[index]! *= scale
  }
  history.forEach(({ s, y, rho }, index) => addScaled(direction, s, alphas[index]! - rho * dot(y, direction)))
  return direction
}

function search(objective: Objective, from: Float64Array, value: number, direction: Float64Array, slope: number, first: number) {
  const gradient = new Float64Array(from.length)
  for (let size = first; size > 1e-10; size /= 2) {
    const at = from.slice()
    addScaled(at, direction, size)
    const reached = objective(at, gradient)
    if (reached <= value + 1e-4 * size * slope) return { at, value: reached, gradient }
  }
  return null
}

function remember(
  history: Step[],
  at: Float64Array,
  before: Float64Array,
  gradient: Float64Array,
  gradientBefore: Float64Array,
): void {
  const s = at.map((value, index) => value - before[index]!)
  const y = gradient.map((value, index) => value - gradientBefore[index]!)
  const curvature = dot(s, y)
  if (curvature <= 1e-12) return
  history.push({ s, y, rho: 1 / curvature })
  if (history.length > memory) history.shift()
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let index = 0; index < a.length; index++) sum += a[index]! * b[index]!
  return sum
}

function addScaled(to: Float64Array, what: Float64Array, scale: number): void {
  for (let index = 0; index < to.length; index++) to[index]! += scale * what[index]!
}
