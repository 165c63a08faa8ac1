/** TypiClust (Hacohen, Dekel & Weinshall 2022): one typical sample from each group that has no label yet. */
import type { Groups, Pool, Query, Strategy } from './strategy'

/** Groups computed at most: finer ones differ little and cost much. */
const mostGroups = 500
/** Numbers of groups beyond which only every twentieth is computed, so that one answer more seldom means grouping anew. */
const exactGroups = 100

export const typical: Strategy = {
  id: 'typical',
  async choose(pool, count, seed) {
    const labeled = pool.labeled.reduce((sum, one) => sum + one, 0)
    const groups = await pool.groups(groupCount(labeled + count), seed)
    return spreadOver(groupRows(pool, groups), count)
  },
}

function groupCount(wanted: number): number {
  const rounded = wanted <= exactGroups ? wanted : Math.ceil(wanted / 20) * 20
  return Math.max(1, Math.min(rounded, mostGroups))
}

interface Group {
  size: number
  labels: number
  /** Unlabeled rows, the one nearest the centre first. */
  candidates: { row: number; distance: number }[]
}

/** Groups with the fewest labels first, of those the largest. */
function groupRows(pool: Pool, { picked, assignments, distances }: Groups): Group[] {
  const groups = new Map<number, Group>()
  picked.forEach((row, index) => {
    const id = assignments[index]!
    const group = groups.get(id) ?? { size: 0, labels: 0, candidates: [] }
    groups.set(id, group)
    group.size++
    if (pool.labeled[row]) group.labels++
    else group.candidates.push({ row, distance: distances[index]! })
  })
  const all = [...groups.values()]
  for (const { candidates } of all) candidates.sort((a, b) => a.distance - b.distance || a.row - b.row)
  return all.sort((a, b) => a.labels - b.labels || b.size - a.size || (a.candidates[0]?.row ?? 0) - (b.candidates[0]?.row ?? 0))
}

function spreadOver(groups: Group[], count: number): Query[] {
  const queries: Query[] = []
  for (let round = 0; queries.length < count; round++) {
    const before = queries.length
    for (const { size, labels, candidates } of groups) {
      const next = candidates[round]
      if (!next || queries.length === count) continue
      const alike = `typical of ${size.toLocaleString('en')} images that look alike`
      queries.push({ row: next.row, why: labels === 0 && round === 0 ? `${alike}, none labeled yet` : alike })
    }
    if (queries.length === before) break
  }
  return queries
}
