/** How well clusters agree with known classes: for measurements and tests, never for choosing clusters. */

/** Counts of samples by (class, cluster). Outliers (−1) are one further cluster, so leaving samples out costs. */
interface Contingency {
  /** [classes][clusters] */
  counts: number[][]
  classSizes: number[]
  clusterSizes: number[]
  total: number
}

function contingency(classes: ArrayLike<number>, clusters: ArrayLike<number>): Contingency {
  if (classes.length !== clusters.length) throw new Error(`${classes.length} classes but ${clusters.length} cluster ids`)
  const rowOf = new Map<number, number>()
  const columnOf = new Map<number, number>()
  for (let at = 0; at < classes.length; at++) {
    if (!rowOf.has(classes[at]!)) rowOf.set(classes[at]!, rowOf.size)
    if (!columnOf.has(clusters[at]!)) columnOf.set(clusters[at]!, columnOf.size)
  }
  const counts = Array.from({ length: rowOf.size }, () => new Array<number>(columnOf.size).fill(0))
  for (let at = 0; at < classes.length; at++) counts[rowOf.get(classes[at]!)!]![columnOf.get(clusters[at]!)!]!++
  const classSizes = counts.map((row) => row.reduce((sum, count) => sum + count, 0))
  const clusterSizes = Array.from({ length: columnOf.size }, (_, column) => counts.reduce((sum, row) => sum + row[column]!, 0))
  return { counts, classSizes, clusterSizes, total: classes.length }
}

/**
 * Adjusted mutual information (Vinh, Epps & Bailey 2010) with the arithmetic mean of the entropies:
 * 1 for equal partitions, 0 on average for independent ones.
 */
export function adjustedMutualInformation(classes: ArrayLike<number>, clusters: ArrayLike<number>): number {
  const table = contingency(classes, clusters)
  const { classSizes, clusterSizes, total } = table
  const trivial = (sizes: number[]) => sizes.length <= 1
  const discrete = (sizes: number[]) => sizes.length === total
  if ((trivial(classSizes) && trivial(clusterSizes)) || (discrete(classSizes) && discrete(clusterSizes))) return 1
  const expected = expectedInformation(table)
  const most = (entropy(classSizes, total) + entropy(clusterSizes, total)) / 2
  const range = most - expected
  return (mutualInformation(table) - expected) / (Math.abs(range) < 1e-15 ? 1e-15 : range)
}

function entropy(sizes: number[], total: number): number {
  return -sizes.reduce((sum, size) => sum + (size > 0 ? (size / total) * Math.log(size / total) : 0), 0)
}

function mutualInformation({ counts, classSizes, clusterSizes, total }: Contingency): number {
  let sum = 0
  counts.forEach((row, i) =>
    row.forEach((count, j) => {
      if (count > 0) sum += (count / total) * Math.log((total * count) / (classSizes[i]! * clusterSizes[j]!))
    }),
  )
  return sum
}

/** Mean mutual information of partitions with these sizes: each cell's count is hypergeometric. */
function expectedInformation({ classSizes, clusterSizes, total }: Contingency): number {
  const logFactorial = new Float64Array(total + 1)
  for (let n = 2; n <= total; n++) logFactorial[n] = logFactorial[n - 1]! + Math.log(n)
  const f = (n: number) => logFactorial[n]!
  let sum = 0
  for (const a of classSizes) {
    for (const b of clusterSizes) {
      const fixed = f(a) + f(b) + f(total - a) + f(total - b) - f(total)
      for (let n = Math.max(1, a + b - total); n <= Math.min(a, b); n++) {
        const chance = Math.exp(fixed - f(n) - f(a - n) - f(b - n) - f(total - a - b + n))
        sum += chance * (n / total) * Math.log((total * n) / (a * b))
      }
    }
  }
  return sum
}

/** Share of samples whose class is the most frequent one of their cluster; outliers count as wrong. */
export function purity(classes: ArrayLike<number>, clusters: ArrayLike<number>): number {
  const right = majorities(classes, clusters).reduce((sum, { right }) => sum + right, 0)
  return right / Math.max(1, classes.length)
}

interface Majority {
  size: number
  right: number
}

/** Clusters, largest first, with how many of their members are of their most frequent class. */
function majorities(classes: ArrayLike<number>, clusters: ArrayLike<number>): Majority[] {
  const byCluster = new Map<number, Map<number, number>>()
  for (let at = 0; at < classes.length; at++) {
    if (clusters[at]! < 0) continue
    const members = byCluster.get(clusters[at]!) ?? new Map<number, number>()
    members.set(classes[at]!, (members.get(classes[at]!) ?? 0) + 1)
    byCluster.set(clusters[at]!, members)
  }
  return [...byCluster]
    .map(([id, members]) => ({ id, size: sum(members.values()), right: Math.max(...members.values()) }))
    .sort((a, b) => b.size - a.size || a.id - b.id)
}

const sum = (values: Iterable<number>) => [...values].reduce((total, value) => total + value, 0)

/**
 * Acts of a simulated person until `goal` of all samples bear their class: clusters are named in the order shown (1 act each, by the
 * class most of their members have), as long as that labels more than one sample rightly; then samples are struck out or relabeled one
 * by one (1 act each). What no named cluster holds counts as wrong until then.
 */
export function actsUntil(goal: number, classes: ArrayLike<number>, clusters: ArrayLike<number>): number {
  const needed = Math.ceil(goal * classes.length)
  let right = 0
  let acts = 0
  for (const cluster of majorities(classes, clusters)) {
    if (right >= needed || cluster.right <= 1) break
    right += cluster.right
    acts++
  }
  return acts + Math.max(0, needed - right)
}

/** Clusters (outliers apart) per class. */
export function clustersPerClass(classes: ArrayLike<number>, clusters: ArrayLike<number>): number {
  const found = new Set(Array.from(clusters).filter((id) => id >= 0)).size
  return found / Math.max(1, new Set(Array.from(classes)).size)
}
